import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generateOrg } from "../../../../simulator/generator/generate-org.ts";
import { createSchema } from "../../../../simulator/schema/schema.ts";
import { SharingSettings } from "../../../../simulator/sharing/sharing-settings.ts";
import { OrgDatabase } from "../../../../simulator/storage/org-database.ts";
import { RecordAccess } from "../../../../simulator/access/record-access.ts";
import { RowVisibility } from "../../../../simulator/access/row-visibility.ts";
import { type UserAccess, UserAccessCache } from "../../../../simulator/access/user-access.ts";

const schema = createSchema();
const objects = ["Account", "Contact", "Opportunity", "Case", "Project__c", "Milestone__c", "Contract"];
let database: OrgDatabase;
let settings: SharingSettings;
let users: UserAccess[];

beforeAll(() => {
  database = new OrgDatabase(":memory:", { cacheMegabytes: 8 });
  generateOrg(database, schema, { records: 150, seed: "visibility" });
  settings = new SharingSettings(database);
  const access = new UserAccessCache({ schema, database, settings, now: Date.now });
  users = database.rows(`SELECT "Id" FROM "User"`).map(([id]) => access.get(String(id)));
});

afterAll(() => database.close());

/** The records that queries of the user return, as far as the user may read the object. */
function visibleIds(visibility: RowVisibility, user: UserAccess, name: string): unknown[] {
  const object = schema.get(name);
  if (!user.on(object).read) return [];
  const condition = visibility.condition(user, object, "o")?.sql ?? "1";
  return database
    .rows(`SELECT o."Id" FROM "${name}" o WHERE o."IsDeleted" = 0 AND ${condition}`)
    .map(([id]) => id)
    .sort();
}

function definedIds(user: UserAccess, name: string): unknown[] {
  const access = new RecordAccess({ schema, database, settings, user });
  return database
    .rows(`SELECT "Id" FROM "${name}" WHERE "IsDeleted" = 0`)
    .map(([id]) => String(id))
    .filter((id) => access.of(id)?.HasReadAccess === true)
    .sort();
}

function userAccess(id: string): UserAccess {
  const found = users.find((user) => user.id === id);
  if (found === undefined) throw new Error(`The org has no user ${id}.`);
  return found;
}

describe("the rows that a user may read", () => {
  test.each(objects)("of %s are those that the definition grants", (name) => {
    const visibility = new RowVisibility({ schema, database, settings, userAccess });

    const seen = users.map((user) => visibleIds(visibility, user, name));

    expect(seen).toEqual(users.map((user) => definedIds(user, name)));
    expect(new Set(seen.map(({ length }) => length)).size).toBeGreaterThan(1);
  });

  test("are the same if no set of rows is kept", () => {
    const keeping = new RowVisibility({ schema, database, settings, userAccess });
    const expected = users.map((user) => objects.map((name) => visibleIds(keeping, user, name)));
    const forgetting = new RowVisibility({ schema, database, settings, userAccess, maxBytes: 0 });

    const seen = users.map((user) => objects.map((name) => visibleIds(forgetting, user, name)));

    expect(seen).toEqual(expected);
  });
});
