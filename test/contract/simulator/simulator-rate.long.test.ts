import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { startScript } from "../../../demo/processes.ts";
import { RestClient } from "./rest-client.ts";

// The simulator must not slow down a benchmark. The test prints its measurements; its limits leave room for slow machines.

const statements: readonly (readonly [object: string, fields: string])[] = [
  [
    "Account",
    "Id, CreatedDate, LastModifiedDate, Name, Description, BillingAddress, Type, Website, Rating, Owner.Name, Owner.Email",
  ],
  [
    "Contact",
    "Id, CreatedDate, LastModifiedDate, Name, Description, Email, Phone, Title, PhotoUrl, LeadSource, AccountId, OwnerId",
  ],
  ["Opportunity", "Id, CreatedDate, LastModifiedDate, Name, Description, StageName, Owner.Name, Owner.Email"],
  [
    "Lead",
    "Id, CreatedDate, LastModifiedDate, Name, Company, Description, Email, LeadSource, OwnerId, Phone, Rating, Status, Title",
  ],
  [
    "Campaign",
    "Id, CreatedDate, LastModifiedDate, Name, IsActive, Type, Description, Status, StartDate, EndDate, Owner.Name",
  ],
  [
    "Case",
    "Id, CreatedDate, LastModifiedDate, Subject, Description, CaseNumber, Status, AccountId, ParentId, IsClosed, CreatedBy.Name",
  ],
];

interface Reading {
  records: number;
  bytes: number;
  seconds: number;
}

/** Does not parse the pages: that would measure the client. */
async function readAll(url: string, token: string, statement: string): Promise<Reading> {
  const reading = { records: 0, bytes: 0, seconds: 0 };
  const started = performance.now();
  let next: string | undefined = `/services/data/v62.0/query?q=${encodeURIComponent(statement)}`;
  while (next !== undefined) {
    const response: Response = await fetch(`${url}${next}`, {
      headers: { authorization: `Bearer ${token}`, "accept-encoding": "identity" },
    });
    const head = Buffer.from(await response.arrayBuffer());
    reading.bytes += head.length;
    const text = head.subarray(0, 200).toString("utf8");
    reading.records = Number(/"totalSize":(?<size>\d+)/u.exec(text)?.groups?.["size"]);
    next = /"nextRecordsUrl":"(?<next>[^"]+)"/u.exec(text)?.groups?.["next"];
  }
  reading.seconds = (performance.now() - started) / 1000;
  return reading;
}

/** The value of `n` in the first record. */
async function most(url: string, token: string, statement: string): Promise<number> {
  const response = await fetch(`${url}/services/data/v62.0/query?q=${encodeURIComponent(statement)}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { records } = (await response.json()) as { records: { n: number }[] };
  return records[0]?.n ?? 0;
}

function highWaterMegabytes(pid: number): number {
  return Math.round(
    Number(/VmHWM:\s+(?<kb>\d+)/u.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.groups?.["kb"]) / 1024,
  );
}

test("a million records start and are read fast and with little memory", { timeout: 900_000 }, async () => {
  const started = performance.now();
  const running = startScript("simulator/main.ts", ["--size", "large", "--seed", "rate"]);
  const url = await running.readyUrl();
  const startSeconds = (performance.now() - started) / 1000;
  const { token } = await RestClient.signIn({ url }, "simulator-admin");
  const total = { first: 0, again: 0, records: 0 };
  for (const [object, fields] of statements) {
    const first = await readAll(url, token, `SELECT ${fields} FROM ${object}`);
    const again = await readAll(url, token, `SELECT ${fields} FROM ${object}`);
    total.records += first.records;
    total.first += first.seconds;
    total.again += again.seconds;
    process.stderr.write(
      `${object}: ${first.records} records of ${Math.round(first.bytes / first.records)} bytes, ${Math.round(first.records / first.seconds)}/s, again ${Math.round(again.records / again.seconds)}/s\n`,
    );
  }
  // A user without View All reads an object too: the rows that the user may read are kept in memory.
  const employee = await employeeOf(url, token, 0);
  const asEmployee = await readAll(url, employee, "SELECT Id, Name, Account.Name FROM Contact");
  const megabytes = highWaterMegabytes(running.pid);
  const largest = await Promise.all([
    most(url, token, "SELECT AccountId, COUNT(Id) n FROM Contact GROUP BY AccountId ORDER BY COUNT(Id) DESC LIMIT 1"),
    most(
      url,
      token,
      "SELECT ParentId, COUNT(Id) n FROM EmailMessage GROUP BY ParentId ORDER BY COUNT(Id) DESC LIMIT 1",
    ),
    most(
      url,
      token,
      "SELECT ContentDocumentId, COUNT(Id) n FROM ContentDocumentLink GROUP BY ContentDocumentId ORDER BY COUNT(Id) DESC LIMIT 1",
    ),
  ]);
  await running.stop();
  process.stderr.write(
    `start ${startSeconds.toFixed(1)} s, ${Math.round(total.records / total.first)} records/s first, ${Math.round(total.records / total.again)}/s again, ${megabytes} MB\n`,
  );

  // An account with 20,000 contacts, a case with 1,200 e-mails, a file on 400 records.
  expect(largest[0]).toBeGreaterThanOrEqual(20_000);
  expect(largest[1]).toBeGreaterThanOrEqual(1200);
  expect(largest[2]).toBeGreaterThanOrEqual(400);
  expect(total.records).toBeGreaterThan(900_000);
  expect(total.records / total.first).toBeGreaterThan(20_000);
  expect(megabytes).toBeLessThan(500);
  expect(startSeconds).toBeLessThan(180);
  expect(asEmployee.records).toBeGreaterThan(1000);
  expect(asEmployee.records).toBeLessThan(320_000);
});

/** The token of an active employee with the standard profile. */
async function employeeOf(url: string, token: string, index: number): Promise<string> {
  const statement = `SELECT Username FROM User WHERE IsActive = true AND UserRoleId != null AND Profile.Name = 'Standard User' ORDER BY CreatedDate LIMIT 1 OFFSET ${index}`;
  const response = await fetch(`${url}/services/data/v62.0/query?q=${encodeURIComponent(statement)}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { records } = (await response.json()) as { records: { Username: string }[] };
  return (await RestClient.signInAs({ url }, records[0]?.Username ?? "")).token;
}

async function readEverything(url: string, token: string): Promise<Reading> {
  const total = { records: 0, bytes: 0, seconds: 0 };
  for (const [object, fields] of statements) {
    const reading = await readAll(url, token, `SELECT ${fields} FROM ${object}`);
    total.records += reading.records;
    total.bytes += reading.bytes;
    total.seconds += reading.seconds;
  }
  return total;
}

test(
  "the medium org is read by any user at a third of the administrator's speed or faster",
  { timeout: 600_000 },
  async () => {
    const running = startScript("simulator/main.ts", ["--size", "medium", "--seed", "rate"]);
    const url = await running.readyUrl();
    const { token } = await RestClient.signIn({ url }, "simulator-admin");
    // The first reading warms the process up.
    await readEverything(url, token);
    await fetch(`${url}/__simulator/reset`, { method: "POST" });
    const admin = await RestClient.signIn({ url }, "simulator-admin");
    const whole = await readEverything(url, admin.token);
    const employees: Reading[] = [];
    for (const index of [0, 7, 19, 42]) {
      employees.push(await readEverything(url, await employeeOf(url, admin.token, index)));
    }
    await running.stop();
    const perSecond = ({ records, seconds }: Reading) => Math.round(records / seconds);
    process.stderr.write(
      `administrator ${whole.records} records, ${perSecond(whole)}/s; employees ${employees.map((reading) => `${reading.records} records, ${perSecond(reading)}/s`).join("; ")}\n`,
    );

    for (const reading of employees) {
      expect(reading.records).toBeLessThan(whole.records);
      expect(perSecond(reading)).toBeGreaterThan(perSecond(whole) / 3);
    }
  },
);
