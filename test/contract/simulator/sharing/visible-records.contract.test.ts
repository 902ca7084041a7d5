import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../../simulator/start-simulator.ts";
import { RestClient } from "../rest-client.ts";

// A user sees exactly the records to which UserRecordAccess grants Read, whatever the user asks. The generated org has users of every kind.

const objects = [
  "Account",
  "Contact",
  "Opportunity",
  "Lead",
  "Campaign",
  "Case",
  "Project__c",
  "Milestone__c",
  "Installation__c",
  "Survey_Response__c",
  "Contract",
  "Task",
];

interface Person {
  readonly Id: string;
  readonly Username: string;
  readonly UserType: string;
}

let simulator: RunningSimulator;
let admin: RestClient;
let people: Person[];
/** The ids of the records of each object. */
const all = new Map<string, string[]>();

beforeAll(async () => {
  simulator = await startSimulator({ size: "tiny", seed: "visible" });
  admin = await RestClient.signIn(simulator, "simulator-admin");
  people = await admin.records<Person>("SELECT Id, Username, UserType FROM User WHERE IsActive = true");
  for (const object of objects) {
    const rows = await admin.records<{ Id: string }>(`SELECT Id FROM ${object}`);
    all.set(
      object,
      rows.map(({ Id }) => Id),
    );
  }
});

afterAll(() => simulator.stop());

/** The records that UserRecordAccess grants. */
async function granted({ Id }: Person, object: string): Promise<string[]> {
  const found: string[] = [];
  const ids = all.get(object) ?? [];
  for (let start = 0; start < ids.length; start += 200) {
    const list = ids.slice(start, start + 200).map((id) => `'${id}'`);
    const rows = await admin.records<{ RecordId: string }>(
      `SELECT RecordId FROM UserRecordAccess WHERE UserId = '${Id}' AND RecordId IN (${list.join(",")}) AND HasReadAccess = true`,
    );
    found.push(...rows.map(({ RecordId }) => RecordId));
  }
  return found.sort();
}

/** The records of a query, or none if the user may not read the object. */
async function queried(client: RestClient, statement: string): Promise<Record<string, unknown>[]> {
  const { body } = await client.query(statement);
  return (body as { records?: Record<string, unknown>[] }).records ?? [];
}

const idsOf = (rows: readonly Record<string, unknown>[]) => rows.map((row) => String(row["Id"])).sort();

/** The users who can sign in with a password: guests and system users may not use the API. */
async function signedIn(): Promise<{ person: Person; client: RestClient }[]> {
  const found = await Promise.all(
    people.map(async (person) => ({ person, client: await RestClient.signInAs(simulator, person.Username) })),
  );
  const clients: { person: Person; client: RestClient }[] = [];
  for (const entry of found) if ((await entry.client.rest("GET", "limits")).status === 200) clients.push(entry);
  return clients;
}

describe("every user of the org", () => {
  test("queries exactly the records that UserRecordAccess grants", async () => {
    const users = await signedIn();
    let hidden = 0;
    for (const { person, client } of users) {
      for (const object of objects) {
        const expected = await granted(person, object);
        hidden += (all.get(object)?.length ?? 0) - expected.length;
        expect(idsOf(await queried(client, `SELECT Id FROM ${object}`)), `${person.Username} ${object}`).toEqual(
          expected,
        );
      }
    }

    expect(new Set(users.map(({ person }) => person.UserType))).toEqual(
      new Set(["Standard", "CsnOnly", "PowerPartner", "PowerCustomerSuccess", "CspLitePortal", "AutomatedProcess"]),
    );
    expect(hidden).toBeGreaterThan(1000);
  });

  // limits/recordCount is the exception: it counts all records ("Record Count").
  test("gets counts of exactly these records: COUNT(), COUNT(Id), groups and children", async () => {
    for (const { person, client } of await signedIn()) {
      for (const object of ["Account", "Opportunity", "Case", "Project__c"]) {
        const expected = (await granted(person, object)).length;
        const { body, status } = await client.query(`SELECT COUNT() FROM ${object}`);
        if (status !== 200) continue;
        const [total] = await queried(client, `SELECT COUNT(Id) n, COUNT_DISTINCT(Id) d FROM ${object}`);
        const groups = await queried(client, `SELECT CreatedById, COUNT(Id) n FROM ${object} GROUP BY CreatedById`);
        const sum = groups.reduce((before, row) => before + Number(row["n"]), 0);
        const found = { count: (body as { totalSize: number }).totalSize, n: total?.["n"], d: total?.["d"], sum };

        expect({ user: person.Username, object, ...found }).toEqual({
          user: person.Username,
          object,
          ...{ count: expected, n: expected, d: expected, sum: expected },
        });
      }
    }
  });
});

describe("a user without View All", () => {
  let person: Person;
  let client: RestClient;
  let accounts: string[];
  let hiddenAccount: string;
  let hiddenCase: string;

  beforeAll(async () => {
    for (const entry of await signedIn()) {
      accounts = await granted(entry.person, "Account");
      const cases = await granted(entry.person, "Case");
      hiddenAccount = all.get("Account")?.find((id) => !accounts.includes(id)) ?? "";
      hiddenCase = all.get("Case")?.find((id) => !cases.includes(id)) ?? "";
      ({ person, client } = entry);
      if (entry.person.UserType === "Standard" && hiddenAccount !== "" && cases.length > 5 && accounts.length > 5)
        break;
    }
  });

  test("gets null for a parent that is hidden, and the parent's fields match no filter", async () => {
    const contacts = await queried(client, "SELECT Id, AccountId, Account.Name FROM Contact");
    const projects = await queried(client, "SELECT Id, Account__c, Account__r.Name FROM Project__c");
    const tasks = await queried(client, "SELECT Id, WhatId, What.Name FROM Task");
    for (const [rows, field, parent] of [
      [contacts, "AccountId", "Account"],
      [projects, "Account__c", "Account__r"],
      [tasks, "WhatId", "What"],
    ] as const) {
      for (const row of rows.filter((each) => String(each[field]).startsWith("001"))) {
        expect(row[parent] === null, `${field} ${String(row[field])}`).toBe(!accounts.includes(String(row[field])));
      }
    }
    const [named] = await admin.records<{ Name: string }>(`SELECT Name FROM Account WHERE Id = '${hiddenAccount}'`);
    const filter = `Account__r.Name = '${(named?.Name ?? "").replaceAll(/['\\]/gu, String.raw`\$&`)}'`;
    expect(await queried(client, `SELECT Id FROM Project__c WHERE ${filter}`)).toEqual([]);
  });

  test("gets only visible children, counts and groups", async () => {
    const cases = await granted(person, "Case");
    const parents = await queried(client, "SELECT Id, (SELECT Id FROM Cases) FROM Account");
    const children = parents.flatMap(
      (row) => (row["Cases"] as { records: Record<string, unknown>[] } | null)?.records ?? [],
    );
    const count = (await client.query("SELECT COUNT() FROM Case")).body as { totalSize: number };
    const groups = await queried(client, "SELECT Status, COUNT(Id) n FROM Case GROUP BY Status");

    expect(parents).toHaveLength(accounts.length);
    expect(idsOf(children).filter((id) => !cases.includes(id))).toEqual([]);
    expect(count.totalSize).toBe(cases.length);
    expect(groups.reduce((sum, row) => sum + Number(row["n"]), 0)).toBe(cases.length);
  });

  test("joins visible records only", async () => {
    const inside = await queried(client, "SELECT Id FROM Contact WHERE AccountId IN (SELECT Id FROM Account)");
    const contacts = await admin.records<{ Id: string; AccountId: string }>("SELECT Id, AccountId FROM Contact");
    const expected = contacts.filter(({ AccountId }) => accounts.includes(AccountId)).map(({ Id }) => Id);

    expect(idsOf(inside).filter((id) => !expected.includes(id))).toEqual([]);
  });

  test("does not find, retrieve, change or delete a hidden record", async () => {
    const [account] = await admin.records<{ Name: string }>(`SELECT Name FROM Account WHERE Id = '${hiddenAccount}'`);
    const word = /[A-Za-z]{4,}/u.exec(account?.Name ?? "")?.[0] ?? "";
    const search = await client.rest("GET", `search?q=${encodeURIComponent(`FIND {${word}} RETURNING Account(Id)`)}`);
    const found = (search.body as { searchRecords: Record<string, unknown>[] }).searchRecords;
    const collection = await client.rest("GET", `composite/sobjects/Account?ids=${hiddenAccount}&fields=Id`);

    expect(idsOf(found).filter((id) => !accounts.includes(id))).toEqual([]);
    expect((await client.rest("GET", `sobjects/Account/${hiddenAccount}`)).status).toBe(404);
    expect((await client.rest("PATCH", `sobjects/Account/${hiddenAccount}`, { Name: "x" })).status).toBe(404);
    expect((await client.rest("DELETE", `sobjects/Account/${hiddenAccount}`)).status).toBe(404);
    expect(collection.body).toEqual([null]);
  });

  test("learns of changes to visible records only", async () => {
    await admin.rest("PATCH", `sobjects/Account/${hiddenAccount}`, { Phone: "1" });
    await admin.rest("PATCH", `sobjects/Account/${accounts[0] ?? ""}`, { Phone: "2" });
    const now = simulator.org.clock.now();
    const window = `start=${new Date(now - 600_000).toISOString()}&end=${new Date(now + 120_000).toISOString()}`;
    const { ids } = (await client.rest("GET", `sobjects/Account/updated?${window}`)).body as { ids: string[] };

    expect(ids).toEqual([accounts[0]]);
  });

  test("gets the e-mails, comments, feed items and shares of visible records only", async () => {
    const cases = await granted(person, "Case");
    for (const object of ["EmailMessage", "CaseComment", "CaseFeed"]) {
      const rows = await queried(client, `SELECT Id, ParentId FROM ${object}`);
      expect(rows.filter((row) => !cases.includes(String(row["ParentId"])))).toEqual([]);
    }
    const shares = await queried(client, "SELECT Id, CaseId FROM CaseShare");
    expect(new Set(shares.map((row) => row["CaseId"]))).toEqual(new Set(cases));
    expect(await queried(client, `SELECT Id FROM CaseShare WHERE CaseId = '${hiddenCase}'`)).toEqual([]);
  });

  test("gets the visible rows by the Bulk API", async () => {
    const job = await client.rest("POST", "jobs/query", { operation: "query", query: "SELECT Id FROM Account" });
    const { id } = job.body as { id: string };
    await client.control("POST", "clock", { advance_seconds: 60 });
    const { body } = await client.rest("GET", `jobs/query/${id}/results`);
    await client.control("POST", "clock", { real: true });

    const lines = String(body).trim().split("\n").slice(1);
    expect(lines.map((line) => line.replaceAll('"', "")).sort()).toEqual(accounts);
  });

  test("sees the same records again after a share is added and removed", async () => {
    const share = await admin.rest("POST", "sobjects/AccountShare", {
      AccountId: hiddenAccount,
      UserOrGroupId: person.Id,
      AccountAccessLevel: "Read",
      OpportunityAccessLevel: "None",
      CaseAccessLevel: "None",
      ContactAccessLevel: "None",
    });
    const during = idsOf(await queried(client, "SELECT Id FROM Account"));
    await admin.rest("DELETE", `sobjects/AccountShare/${(share.body as { id: string }).id}`);

    expect(during).toEqual([...accounts, hiddenAccount].sort());
    expect(idsOf(await queried(client, "SELECT Id FROM Account"))).toEqual(accounts);
  });
});
