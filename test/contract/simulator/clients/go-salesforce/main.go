// Calls the simulator with go-salesforce and prints the results as one line of JSON.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"

	"github.com/k-capehart/go-salesforce/v3"
)

type account struct {
	Id            string
	Name          string
	ERP_Number__c string
}

type contact struct {
	Id       string
	LastName string
	Account  struct{ Name string }
}

type bulkContact struct {
	Id       string `csv:"Id"`
	LastName string `csv:"LastName"`
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func succeeded(results salesforce.SalesforceResults) int {
	count := 0
	for _, result := range results.Results {
		if result.Success {
			count++
		}
	}
	return count
}

func bulkRows(sf *salesforce.Salesforce) int {
	iterator := must(sf.QueryBulkIterator("SELECT Id, LastName FROM Contact"))
	count := 0
	for iterator.Next() {
		var page []bulkContact
		check(iterator.Decode(&page))
		count += len(page)
	}
	check(iterator.Error())
	return count
}

func main() {
	sf := must(salesforce.Init(salesforce.Creds{
		Domain:         os.Args[1],
		ConsumerKey:    "simulator-admin",
		ConsumerSecret: "simulator-admin",
	}))
	results := map[string]any{}

	var contacts []contact
	check(sf.Query("SELECT Id, LastName, Account.Name FROM Contact", &contacts))
	results["contacts"] = len(contacts)

	created := must(sf.InsertOne("Account", account{Name: "Made by go-salesforce"}))
	results["created"] = created.Success
	check(sf.UpdateOne("Account", map[string]any{"Id": created.Id, "Site": "Go"}))
	upserted := must(sf.UpsertOne("Account", "ERP_Number__c", map[string]any{"ERP_Number__c": "GO-1", "Name": "Upserted"}))
	results["upserted"] = upserted.Success
	var sites []struct{ Site string }
	check(sf.Query("SELECT Site FROM Account WHERE Id = '"+created.Id+"'", &sites))
	results["site"] = sites[0].Site

	records := []map[string]any{{"Name": "Collection 1"}, {"Name": "Collection 2"}}
	results["collection"] = succeeded(must(sf.InsertCollection("Account", records, 200)))
	results["composite"] = succeeded(must(sf.InsertComposite("Account", records, 200, true)))
	check(sf.DeleteOne("Account", map[string]any{"Id": created.Id}))
	var gone []account
	check(sf.Query("SELECT Id FROM Account WHERE Id = '"+created.Id+"'", &gone))
	results["left"] = len(gone)

	results["bulk_rows"] = bulkRows(sf)
	jobs := must(sf.InsertBulk("Account", []map[string]any{{"Name": "Ingested 1"}, {"Name": "Ingested 2"}}, 100, true))
	job := must(sf.GetJobResults(jobs[0]))
	results["ingested"] = map[string]any{"state": job.State, "successes": len(job.SuccessfulRecords), "failures": job.NumberRecordsFailed}

	_, refused := sf.InsertOne("Account", map[string]any{"Site": "nameless"})
	results["refused"] = refused != nil
	fmt.Println(string(must(json.Marshal(results))))
}
