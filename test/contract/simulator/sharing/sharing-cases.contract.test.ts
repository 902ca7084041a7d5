import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningSimulator, startSimulator } from "../../../../simulator/start-simulator.ts";
import { sharingCases } from "../../../sharing-cases/all-sharing-cases.ts";
import type { Answer, Name, ObjectName, SharingCase } from "../../../sharing-cases/sharing-case.ts";
import { RestClient } from "../rest-client.ts";
import { caseObjects } from "./case-objects.ts";
import { loadCase, shareTableOf } from "./load-case.ts";
import { emptyProfiles } from "./load-people.ts";
import { CaseOrg } from "./loaded-case.ts";

// The golden cases in test/sharing-cases, which were written from Salesforce's documents: the simulated org must answer as they say.

const loadable = sharingCases.filter(({ computationOnly }) => computationOnly === undefined);

let simulator: RunningSimulator;
let admin: RestClient;
const shared = new Map<string, string>();

beforeAll(async () => {
  simulator = await startSimulator({ size: "100", objects: caseObjects });
  admin = await RestClient.signIn(simulator, "simulator-admin");
  await emptyProfiles(new CaseOrg({ simulator, admin, serial: "profiles", shared }));
});

afterAll(() => simulator.stop());

async function loaded(sharingCase: SharingCase): Promise<CaseOrg> {
  admin.version = sharingCase.facts.apiVersion === 66 ? "66.0" : "67.0";
  const org = new CaseOrg({ simulator, admin, serial: String(sharingCases.indexOf(sharingCase)), shared });
  await loadCase(org, sharingCase);
  return org;
}

const sorted = (names: Iterable<string>) => [...names].sort();

/** The users of an answer by record, as "user record". */
function pairs(answers: Readonly<Record<Name, Answer>>, lists: readonly (keyof Answer)[]): string[] {
  return sorted(
    Object.entries(answers).flatMap(([record, answer]) =>
      lists.flatMap((list) => (answer[list] ?? []).map((user) => `${user} ${record}`)),
    ),
  );
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}

/** What UserRecordAccess says of all users and records. */
async function grantedPairs(org: CaseOrg, { facts }: SharingCase): Promise<string[]> {
  const found: string[] = [];
  const names = new Map(Object.keys(facts.records).map((name) => [org.id(name), name]));
  for (const user of Object.keys(facts.users)) {
    for (const ids of chunks([...names.keys()], 200)) {
      const rows = await org.admin.records<{ RecordId: string; HasReadAccess: boolean }>(
        `SELECT RecordId, HasReadAccess FROM UserRecordAccess WHERE UserId = '${org.id(user)}' AND RecordId IN (${ids.map((id) => `'${id}'`).join(",")})`,
      );
      expect(rows).toHaveLength(ids.length);
      for (const row of rows) if (row.HasReadAccess) found.push(`${user} ${names.get(row.RecordId) ?? ""}`);
    }
  }
  return sorted(found);
}

/** What the users find when they sign in and query. */
async function queriedPairs(org: CaseOrg, { facts }: SharingCase): Promise<string[]> {
  const found: string[] = [];
  for (const user of Object.keys(facts.users)) {
    const client = await org.signIn(user);
    for (const [object, names] of namesByObject(facts)) {
      const byId = new Map(names.map((name) => [org.id(name), name]));
      for (const ids of chunks([...byId.keys()], 200)) {
        const answer = await client.query(
          `SELECT Id FROM ${object} WHERE Id IN (${ids.map((id) => `'${id}'`).join(",")})`,
        );
        const { records = [] } = answer.body as { records?: { Id: string }[] };
        for (const { Id } of records) found.push(`${user} ${byId.get(Id) ?? ""}`);
      }
    }
  }
  return sorted(found);
}

function namesByObject({ records, files = {} }: SharingCase["facts"]): Map<string, Name[]> {
  const byObject = new Map<string, Name[]>();
  for (const [name, { object }] of Object.entries(records)) {
    byObject.set(object, [...(byObject.get(object) ?? []), name]);
  }
  if (Object.keys(files).length > 0) byObject.set("ContentDocument", Object.keys(files));
  return byObject;
}

/** What the users get by GET: the record itself, and the bytes of files. */
async function retrievedPairs(org: CaseOrg, { facts }: SharingCase): Promise<string[]> {
  const found: string[] = [];
  for (const user of Object.keys(facts.users)) {
    const client = await org.signIn(user);
    for (const name of Object.keys(facts.records).slice(0, 5)) {
      const { status } = await client.rest(
        "GET",
        `sobjects/${facts.records[name]?.object ?? ""}/${org.id(name)}?fields=Id`,
      );
      if (status === 200) found.push(`${user} ${name}`);
    }
    for (const name of Object.keys(facts.files ?? {})) {
      const { status } = await client.rest(
        "GET",
        `sobjects/ContentVersion/${org.id(`version of ${name}`)}/VersionData`,
      );
      if (status === 200) found.push(`${user} ${name}`);
    }
  }
  return sorted(found);
}

interface StoredShare {
  readonly on: Name;
  readonly to: string;
  readonly text: string;
}

/** The share rows of a case as lines of text. */
async function storedShares(org: CaseOrg, { facts }: SharingCase): Promise<string[]> {
  const found: StoredShare[] = [];
  const controlled = facts.defaults?.Contact === "ControlledByParent";
  for (const [object, names] of namesByObject(facts)) {
    if (object === "ContentDocument") continue;
    const { name: table, parent, level } = shareTableOf(object as ObjectName);
    const children = object === "Account" ? ["ContactAccessLevel", "OpportunityAccessLevel", "CaseAccessLevel"] : [];
    const byId = new Map(names.map((name) => [org.id(name), name]));
    for (const ids of chunks([...byId.keys()], 200)) {
      const { status, body } = await org.admin.query(
        `SELECT ${[parent, "UserOrGroupId", "RowCause", level, ...children].join(", ")} FROM ${table} WHERE ${parent} IN (${ids.map((id) => `'${id}'`).join(",")})`,
      );
      if (status !== 200) continue;
      for (const row of (body as { records: Record<string, string>[] }).records) {
        const levels = children.filter((name) => !controlled || name !== "ContactAccessLevel").map((name) => row[name]);
        const on = byId.get(row[parent] ?? "") ?? "";
        const to = row["UserOrGroupId"] ?? "";
        found.push({ on, to, text: [on, to, row["RowCause"], row[level], ...levels].join(" ") });
      }
    }
  }
  return sorted(found.map(({ text }) => text));
}

/** The share rows that a case expects, in the form of `storedShares`. */
async function expectedShares(
  org: CaseOrg,
  { facts, shareTable = [] }: SharingCase,
): Promise<{ readonly required: string[]; readonly optional: string[] }> {
  const controlled = facts.defaults?.Contact === "ControlledByParent";
  const lines = { required: [] as string[], optional: [] as string[] };
  for (const {
    on,
    to,
    cause,
    level,
    contact = "None",
    opportunity = "None",
    case: ticket = "None",
    optional,
  } of shareTable) {
    const account = facts.records[on]?.object === "Account";
    const children = account ? [...(controlled ? [] : [contact]), opportunity, ticket] : [];
    const line = [on, await org.principal(to), cause, level, ...children].join(" ");
    (optional ? lines.optional : lines.required).push(line);
  }
  return { required: sorted(lines.required), optional: lines.optional };
}

describe.each(loadable.map((sharingCase) => [sharingCase.title, sharingCase] as const))("%s", (_, sharingCase) => {
  test("in UserRecordAccess, queries, retrievals and share tables", async () => {
    const { answers, facts } = sharingCase;
    const org = await loaded(sharingCase);
    const records = Object.fromEntries(Object.entries(answers).filter(([name]) => facts.records[name] !== undefined));
    const firstRecords = Object.keys(facts.records).slice(0, 5);
    const retrieved = Object.entries(answers).filter(
      ([name]) => firstRecords.includes(name) || facts.files?.[name] !== undefined,
    );
    const shares = await expectedShares(org, sharingCase);
    const stored = await storedShares(org, sharingCase);

    expect(await grantedPairs(org, sharingCase)).toEqual(pairs(records, ["read", "hidden", "blocked"]));
    expect(await queriedPairs(org, sharingCase)).toEqual(pairs(answers, ["read", "hidden"]));
    expect(await retrievedPairs(org, sharingCase)).toEqual(pairs(Object.fromEntries(retrieved), ["read", "hidden"]));
    expect(stored.filter((line) => !shares.optional.includes(line))).toEqual(shares.required);
  });
});
