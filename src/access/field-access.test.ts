import { describe, expect, it } from "vitest";
import { OrgAccess } from "./org-access.ts";
import type { FieldPermissionFacts, ObjectFacts, PermissionSetAssignmentFacts, SharingFacts } from "./sharing-facts.ts";
import { TokensInUse } from "./tokens-in-use.ts";

const now = Date.UTC(2026, 0, 1);
const rating = "Account.Rating";
const [reader, clerk, leaver] = ["005000000000001", "005000000000002", "005000000000003"];
const [sales, basic, extra, muting, aggregated] = [
  "0PS000000000001",
  "0PS000000000002",
  "0PS000000000003",
  "0QM000000000001",
  "0PS000000000004",
];
const group = "0PG000000000001";

const assigned = (
  assigneeId: string,
  permissionSetId: string,
  more: Partial<PermissionSetAssignmentFacts> = {},
): PermissionSetAssignmentFacts => ({
  assigneeId,
  permissionSetId,
  permissionSetGroupId: null,
  isActive: true,
  isRevoked: false,
  expirationDate: null,
  ...more,
});

const rows = (fields: Record<string, string[]>): FieldPermissionFacts => {
  const map = new Map(Object.entries(fields).map(([parent, names]) => [parent, new Set(names)]));
  return { granted: map, named: map };
};

/** An org in which users read accounts by `sales` and `basic`; only `sales` lets them read Rating. */
function org(facts: Partial<SharingFacts> = {}): SharingFacts {
  const users = [reader, clerk].map((id) => ({ id, userType: "Standard", isActive: true }));
  const sets = [sales, basic, extra, aggregated];
  return {
    organizationId: "00D000000000001",
    objects: [
      { name: "Account", keyPrefix: "001", internalSharingModel: "Read", externalSharingModel: "Private", masters: [] },
    ],
    users: [...users, { id: leaver, userType: "Standard", isActive: false }],
    userLogins: [],
    roles: [],
    groups: [],
    queuesHaveHierarchyFlag: true,
    groupMembers: [],
    territories: [],
    territoryModels: [],
    territoryUsers: [],
    permissionSets: sets.map((id) => ({
      id,
      hasActivationRequired: false,
      viewAllData: false,
      modifyAllData: false,
    })),
    mutingPermissionSets: [{ id: muting, viewAllData: false, modifyAllData: false }],
    permissionSetGroups: [{ id: group, hasActivationRequired: false }],
    permissionSetGroupComponents: [],
    permissionSetAssignments: [assigned(reader, sales), assigned(clerk, basic), assigned(leaver, basic)],
    objectPermissions: sets.map((parentId) => ({ parentId, object: "Account", read: true })),
    fieldPermissions: rows({ [sales]: [rating] }),
    restrictionRules: [],
    libraryMembers: [],
    chatterGroups: [],
    chatterGroupMembers: [],
    ...facts,
  };
}

/** The number of readers of accounts who may not read Rating. */
const withoutRating = (facts: Partial<SharingFacts>): number =>
  new OrgAccess(org(facts), { now }).hiddenFields("Account", [rating]).get(rating) ?? 0;

describe("a field that some readers of the object may not read", () => {
  it.each<[string, number, Partial<SharingFacts>]>([
    ["is hidden if a reader has no permission for it", 1, {}],
    [
      "is not hidden because of users who do not read the object",
      0,
      {
        objectPermissions: [{ parentId: sales, object: "Account", read: true }],
      },
    ],
    [
      "is not hidden because of inactive users",
      0,
      { permissionSetAssignments: [assigned(reader, sales), assigned(leaver, basic)] },
    ],
    [
      "is shown by a second permission set",
      0,
      {
        permissionSetAssignments: [assigned(reader, sales), assigned(clerk, basic), assigned(clerk, extra)],
        fieldPermissions: rows({ [sales]: [rating], [extra]: [rating] }),
      },
    ],
    [
      "is hidden again when the assignment expires",
      1,
      {
        permissionSetAssignments: [assigned(clerk, basic), assigned(clerk, extra, { expirationDate: now })],
        fieldPermissions: rows({ [extra]: [rating] }),
      },
    ],
    [
      "is shown by View All Fields on the object",
      0,
      {
        objectPermissions: [
          { parentId: sales, object: "Account", read: true },
          { parentId: basic, object: "Account", read: true, viewAllFields: true },
        ],
      },
    ],
    [
      "is not shown by View All Data",
      1,
      {
        permissionSets: [sales, basic].map((id) => ({
          id,
          hasActivationRequired: false,
          viewAllData: true,
          modifyAllData: true,
        })),
      },
    ],
    ["is hidden from all if FieldPermissions could not be read", 2, { fieldPermissions: undefined }],
  ])("%s", (_, count, facts) => {
    expect(withoutRating(facts)).toBe(count);
  });

  const grouped = (mutedFields: string[], aggregatedFields: string[]): Partial<SharingFacts> => ({
    permissionSetAssignments: [assigned(clerk, aggregated, { permissionSetGroupId: group })],
    permissionSetGroupComponents: [sales, muting].map((permissionSetId) => ({
      permissionSetGroupId: group,
      permissionSetId,
    })),
    fieldPermissions: rows({ [sales]: [rating], [aggregated]: aggregatedFields, [muting]: mutedFields }),
  });

  it.each<[string, number, Partial<SharingFacts>]>([
    ["is shown by a permission set group", 0, grouped([], [rating])],
    [
      "is hidden if the group mutes it, even if the aggregated set has not followed yet",
      1,
      grouped([rating], [rating]),
    ],
    ["is hidden if the aggregated set does not have it", 1, grouped([], [])],
  ])("%s", (_, count, facts) => {
    expect(withoutRating(facts)).toBe(count);
  });
});

it("users who may not read a field of the documents hold no token of the object", () => {
  const access = new OrgAccess(org(), { now });
  const record = access.accessToRecord({ id: "001000000000001", object: "Account", ownerId: clerk, shares: [] });
  const tokensInUse = new TokensInUse();
  if (record) tokensInUse.add(access.documents().fieldsOf(record).allow);
  const tokensOf = (fields: Map<string, Set<string>>, id: string): readonly string[] | undefined =>
    [...access.identities({ tokensInUse, lists: [], fields })].find(({ userId }) => userId === id)?.tokens;

  expect(tokensOf(new Map(), clerk)).not.toEqual([]);
  expect(tokensOf(new Map([["Account", new Set([rating])]]), clerk)).toEqual([]);
  expect(tokensOf(new Map([["Account", new Set([rating])]]), reader)).toEqual(tokensOf(new Map(), reader));
});

describe("every account", () => {
  const [everyAccount, contact] = ["Account.*", "Contact"];
  const readsBoth = [sales, basic].flatMap((parentId) =>
    ["Account", contact].map((object) => ({ parentId, object, read: true })),
  );
  const account = (models: Partial<ObjectFacts>): ObjectFacts => ({
    name: "Account",
    keyPrefix: "001",
    masters: [],
    internalSharingModel: "Read",
    externalSharingModel: "Read",
    ...models,
  });
  const contacts: ObjectFacts = { name: contact, keyPrefix: "003", masters: [], internalSharingModel: "Private" };

  it.each<[string, number, Partial<SharingFacts>]>([
    ["is seen by internal readers if the internal default is public", 0, {}],
    ["is not seen if the default is private", 2, { objects: [account({ internalSharingModel: "Private" }), contacts] }],
    [
      "is not seen by an external reader if only the internal default is public",
      1,
      {
        objects: [account({ externalSharingModel: "Private" }), contacts],
        users: [
          { id: reader, userType: "Standard", isActive: true },
          { id: clerk, userType: "PowerPartner", isActive: true },
        ],
      },
    ],
    [
      "is not seen by a reader of contacts without Read on accounts",
      1,
      { objectPermissions: readsBoth.filter(({ parentId, object }) => parentId === sales || object === contact) },
    ],
    [
      "is seen by View All on private accounts",
      1,
      {
        objects: [account({ internalSharingModel: "Private" }), contacts],
        objectPermissions: readsBoth.map((row) => ({ ...row, viewAllRecords: row.parentId === sales })),
      },
    ],
    [
      "is not seen while a restriction rule is active",
      2,
      { restrictionRules: [{ targetObject: "Account", enforcementType: "Restrict", isActive: true }] },
    ],
    ["is not seen if the object was not read", 2, { objects: [contacts] }],
  ])("%s", (_, count, facts) => {
    const access = new OrgAccess(org({ objects: [account({}), contacts], objectPermissions: readsBoth, ...facts }), {
      now,
    });
    expect(access.hiddenFields(contact, [everyAccount]).get(everyAccount) ?? 0).toBe(count);
  });

  it.each([
    ["Contact", "contacts without an account"],
    ["Opportunity", "private opportunities"],
  ])("%s: public defaults do not open %s", (object) => {
    const objects = [
      account({}),
      { ...account({}), name: object, keyPrefix: object === "Contact" ? "003" : "006", internalSharingModel: "Read" },
    ];
    const objectPermissions = [sales, basic].flatMap((parentId) =>
      ["Account", object].map((each) => ({ parentId, object: each, read: true })),
    );
    const access = new OrgAccess(org({ objects, objectPermissions }), { now });
    expect(access.hiddenFields("Account", [`${object}.*`]).get(`${object}.*`)).toBe(2);
  });
});
