import { afterAll, beforeAll, expect, test } from "vitest";
import { RecordAccess } from "../../../../simulator/access/record-access.ts";
import { Random } from "../../../../simulator/core/random.ts";
import { type RunningSimulator, startSimulator } from "../../../../simulator/start-simulator.ts";
import { RestClient } from "../rest-client.ts";
import { shareDifferences } from "./share-differences.ts";

// After any sequence of changes, the share rows are those that a computation from scratch gives, and every user sees what the definition grants.

const changes = 120;
const objects = ["Account", "Contact", "Opportunity", "Case", "Lead", "Project__c", "Milestone__c"];

let simulator: RunningSimulator;
let admin: RestClient;
const random = new Random("random-changes");

beforeAll(async () => {
  simulator = await startSimulator({ size: "150", seed: "changes" });
  admin = await RestClient.signIn(simulator, "simulator-admin");
});

afterAll(() => simulator.stop());

function anyId(object: string, where = "1"): string {
  const rows = simulator.org.database.rows(`SELECT "Id" FROM "${object}" WHERE ${where}`);
  return String(random.pick(rows)[0]);
}

const alive = `"IsDeleted" = 0`;
const person = () => anyId("User", `"IsActive" = 1 AND "UserType" = 'Standard'`);
const child = () => random.pick(["Opportunity", "Case", "Contact"]);
const account = () => anyId("Account", alive);
const opportunity = () => anyId("Opportunity", alive);

interface Change {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

const patch = (object: string, id: string, body: unknown): Change => ({
  method: "PATCH",
  path: `sobjects/${object}/${id}`,
  body,
});
const post = (object: string, body: unknown): Change => ({ method: "POST", path: `sobjects/${object}`, body });
/** Undefined if no such row is left. */
function remove(object: string, where = alive): Change | undefined {
  const rows = simulator.org.database.rows(`SELECT "Id" FROM "${object}" WHERE ${where}`);
  return rows.length === 0
    ? undefined
    : { method: "DELETE", path: `sobjects/${object}/${String(random.pick(rows)[0])}` };
}

/** Some of the changes are refused, as by a duplicate or a role that is in use. */
const kinds: readonly (() => Change | undefined)[] = [
  () => patch("Account", account(), { OwnerId: person() }),
  () => {
    const object = child();
    return patch(object, anyId(object, alive), { OwnerId: person() });
  },
  () => {
    const object = child();
    return patch(object, anyId(object, alive), { AccountId: random.chance(0.2) ? null : account() });
  },
  () => patch("Opportunity", opportunity(), { IsPrivate: random.chance(0.5) }),
  () => post("Case", { Subject: "x", AccountId: account(), ContactId: anyId("Contact", alive), OwnerId: person() }),
  () => remove(child()),
  () => remove("Account"),
  () =>
    post("AccountShare", {
      AccountId: account(),
      UserOrGroupId: random.chance(0.5) ? person() : anyId("Group", `"Type" <> 'Queue'`),
      AccountAccessLevel: random.pick(["Read", "Edit"]),
      OpportunityAccessLevel: random.pick(["None", "Read", "Edit"]),
      CaseAccessLevel: random.pick(["None", "Read"]),
      ContactAccessLevel: "None",
    }),
  () =>
    post("OpportunityShare", { OpportunityId: opportunity(), UserOrGroupId: person(), OpportunityAccessLevel: "Read" }),
  () => remove("AccountShare", `"RowCause" = 'Manual' AND ${alive}`),
  () => post("AccountTeamMember", { AccountId: account(), UserId: person(), AccountAccessLevel: "Read" }),
  () =>
    post("OpportunityTeamMember", { OpportunityId: opportunity(), UserId: person(), OpportunityAccessLevel: "Edit" }),
  () => remove("OpportunityTeamMember"),
  () => post("ObjectTerritory2Association", { ObjectId: account(), Territory2Id: anyId("Territory2") }),
  () => patch("Territory2", anyId("Territory2"), { ParentTerritory2Id: anyId("Territory2") }),
  () => patch("User", person(), { UserRoleId: anyId("UserRole") }),
  () => patch("UserRole", anyId("UserRole"), { ParentRoleId: anyId("UserRole") }),
  () =>
    patch("UserRole", anyId("UserRole"), {
      OpportunityAccessForAccountOwner: random.pick(["None", "Read", "Edit"]),
      CaseAccessForAccountOwner: random.pick(["None", "Read", "Edit"]),
    }),
  () => post("GroupMember", { GroupId: anyId("Group", `"Type" = 'Regular'`), UserOrGroupId: anyId("Group") }),
  () => patch("User", person(), { ManagerId: person() }),
  () => patch("Milestone__c", anyId("Milestone__c", alive), { Notes__c: "x" }),
];

async function undelete(): Promise<void> {
  const object = random.pick(["Account", "Opportunity", "Case"]);
  const found = simulator.org.database.rows(
    `SELECT "Id" FROM "${object}" WHERE "IsDeleted" = 1 AND "_deleted_with" = "Id"`,
  );
  if (found.length > 0) await admin.control("POST", "undelete", { ids: [String(random.pick(found)[0])] });
}

/** The users and records for which queries and the definition disagree. */
function disagreements(): string[] {
  const { org } = simulator;
  const found: string[] = [];
  for (const [userId] of org.database.rows(`SELECT "Id" FROM "User"`)) {
    const user = org.userAccess(String(userId));
    const access = new RecordAccess({ schema: org.schema, database: org.database, settings: org.sharing, user });
    for (const name of objects.filter((object) => user.on(org.schema.get(object)).read)) {
      const condition = org.visibility.condition(user, org.schema.get(name), "o")?.sql ?? "1";
      const rows = org.database.rows(`SELECT o."Id", ${condition} FROM "${name}" o WHERE o.${alive}`);
      for (const [id, visible] of rows) {
        if ((access.of(String(id))?.HasReadAccess === true) !== (Number(visible) === 1))
          found.push(`${user.id} ${String(id)}`);
      }
    }
  }
  return found;
}

test(`${changes} random changes leave no share row behind and no user with other records than the definition grants`, async () => {
  let done = 0;
  for (let index = 0; index < changes; index += 1) {
    const change = random.pick(kinds)();
    if (change === undefined) continue;
    const { method, path, body } = change;
    const { status } = await admin.rest(method, path, body);
    expect([200, 201, 204, 400], `${method} ${path}`).toContain(status);
    if (status < 400) done += 1;
    if (index % 10 === 9) await undelete();
    expect(shareDifferences(simulator.org), `after ${method} ${path} ${JSON.stringify(body)}`).toEqual([]);
    if (index % 20 === 19) expect(disagreements(), `after ${method} ${path}`).toEqual([]);
  }

  expect(done).toBeGreaterThan(changes / 2);
});
