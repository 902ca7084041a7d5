"""Calls the simulator with simple-salesforce and prints the results as one line of JSON."""

import csv
import io
import json
import sys

import requests
from simple_salesforce import Salesforce, SalesforceMalformedRequest, SalesforceResourceNotFound

url, host, certificate = sys.argv[1:4]
session = requests.Session()
session.trust_env = False
session.verify = certificate
token = session.post(
    f"{url}/services/oauth2/token",
    data={"grant_type": "client_credentials", "client_id": "simulator", "client_secret": "simulator"},
).json()["access_token"]
sf = Salesforce(instance=host, session_id=token, session=session, version="62.0")
results = {}

everyone = sf.query_all("SELECT Id, Name, Account.Name FROM Contact")
results["contacts"] = {"total": everyone["totalSize"], "records": len(everyone["records"])}
results["iterated"] = sum(1 for _ in sf.query_all_iter("SELECT Id FROM Contact"))
results["deleted_too"] = sf.query_all("SELECT Id FROM Contact", include_deleted=True)["totalSize"]

created = sf.Account.create({"Name": "Made by simple-salesforce", "ERP_Number__c": "PY-1"})
results["created"] = created["success"]
results["updated"] = sf.Account.update(created["id"], {"Industry": "Banking"})
results["upserted"] = sf.Account.upsert("ERP_Number__c/PY-1", {"Rating": "Hot"})
record = sf.Account.get(created["id"])
results["record"] = {name: record[name] for name in ("Name", "Industry", "Rating")}
results["by_custom_id"] = sf.Account.get_by_custom_id("ERP_Number__c", "PY-1")["Id"] == created["id"]
results["found"] = [row["Id"] for row in sf.search("FIND {simple\\-salesforce} IN NAME FIELDS RETURNING Account(Id)")["searchRecords"]] == [created["id"]]
results["deleted"] = sf.Account.delete(created["id"])
try:
    sf.Account.get(created["id"])
except SalesforceResourceNotFound as error:
    results["gone"] = error.content[0]["errorCode"]
try:
    sf.query("SELECT Nme FROM Account")
except SalesforceMalformedRequest as error:
    results["refused"] = error.content[0]["errorCode"]

results["fields"] = [field["name"] for field in sf.Case.describe()["fields"]][:2]
results["objects"] = len(sf.describe()["sobjects"])
results["limits"] = sf.limits()["DailyApiRequests"]["Max"]
results["usage"] = sf.api_usage["api-usage"].total

pages = list(sf.bulk2.Contact.query("SELECT Id, Name, Account.Name FROM Contact", max_records=50, wait=0.05))
rows = [row for page in pages for row in csv.DictReader(io.StringIO(page))]
results["bulk"] = {"pages": len(pages), "rows": len(rows), "columns": list(rows[0])}

print(json.dumps(results))
