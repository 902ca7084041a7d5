import type { Identity } from "../../src/access/identities.ts";
import { OrgAccess } from "../../src/access/org-access.ts";
import type { SharingFacts } from "../../src/access/sharing-facts.ts";
import { TokensInUse } from "../../src/access/tokens-in-use.ts";
import { now } from "./index-org.ts";
import { Random } from "./random.ts";

export const id = (prefix: string, number: number): string => `${prefix}${String(number).padStart(12, "0")}`;
const range = (count: number): number[] => Array.from({ length: count }, (_, number) => number);

const objectCount = 60;
const roleCount = 3_000;
const groupCount = 1_000;
const groupsOfUser = 20;
/** Objects with sharing by public groups. */
const objectsWithGroups = 6;

const standardObjects = ["Account", "Contact", "Opportunity", "Lead", "Campaign", "Case"];
const objects = range(objectCount).map((number) => ({
  name: standardObjects[number] ?? `Object_${number}__c`,
  keyPrefix: `a${String(number).padStart(2, "0")}`,
  internalSharingModel: "Private",
  externalSharingModel: "Private",
  grantsAccessUsingHierarchies: true,
  masters: [],
}));

/** Role 1 has 400 roles below it and so is the widest role that is no head; every other role has up to six below it. */
function parentOf(number: number): number | undefined {
  if (number === 0) return undefined;
  if (number >= roleCount - 400) return 1;
  const parent = Math.floor((number - 1) / 6);
  return parent === 1 ? 0 : parent;
}

/** An org of 3,000 roles, 1,000 groups and 60 objects. */
export function largeFacts(userCount: number): SharingFacts {
  const random = new Random(1);
  const users = range(userCount);
  return {
    organizationId: id("00D", 1),
    objects,
    users: users.map((number) => ({
      id: id("005", number),
      userType: "Standard",
      isActive: true,
      userRoleId: id("00E", number % roleCount),
      managerId: number === 0 ? null : id("005", Math.floor((number - 1) / 10)),
      name: `User ${number}`,
      email: null,
    })),
    userLogins: [],
    roles: range(roleCount).map((number) => {
      const parent = parentOf(number);
      return {
        id: id("00E", number),
        parentRoleId: parent === undefined ? null : id("00E", parent),
        portalType: "None",
      };
    }),
    groups: [
      ...range(groupCount).map((number) => ({
        id: id("00G", number),
        type: "Regular",
        relatedId: null,
        doesIncludeBosses: number % 2 === 0,
      })),
      ...range(roleCount).map((number) => ({
        id: id("00G", 100_000 + number),
        type: "Role",
        relatedId: id("00E", number),
      })),
    ],
    queuesHaveHierarchyFlag: true,
    groupMembers: users.flatMap((number) =>
      range(groupsOfUser).map(() => ({
        groupId: id("00G", Math.floor(random.next() * groupCount)),
        userOrGroupId: id("005", number),
      })),
    ),
    territories: [],
    territoryModels: [],
    territoryUsers: [],
    permissionSets: [{ id: id("0PS", 1), hasActivationRequired: false, viewAllData: false, modifyAllData: false }],
    mutingPermissionSets: [],
    permissionSetGroups: [],
    permissionSetGroupComponents: [],
    permissionSetAssignments: users.map((number) => ({
      assigneeId: id("005", number),
      permissionSetId: id("0PS", 1),
      permissionSetGroupId: null,
      isActive: true,
      isRevoked: false,
      expirationDate: null,
    })),
    objectPermissions: objects.map(({ name }) => ({
      parentId: id("0PS", 1),
      object: name,
      read: true,
      viewAllRecords: false,
      modifyAllRecords: false,
    })),
    restrictionRules: [],
    libraryMembers: [],
    chatterGroups: [],
    chatterGroupMembers: [],
  };
}

/**
 * The identities of an org of 3,000 roles and 60 objects. Each user owns a record of each object, each role has records of each object shared
 * to it, and each public group has records of six objects.
 */
export function largeOrgIdentities(userCount: number): Generator<Identity> {
  const access = new OrgAccess(largeFacts(userCount), { now });
  const writer = access.documents();
  const tokensInUse = new TokensInUse();
  const add = (record: { ownerId?: string; sharedTo?: string }, objectsInUse: typeof objects): void => {
    const { ownerId = null, sharedTo } = record;
    const shares = sharedTo === undefined ? [] : [{ userOrGroupId: sharedTo, rowCause: "Rule", accessLevel: "Read" }];
    const found = access.accessToRecord({ id: id("a10", 1), object: "Object_10__c", ownerId, shares });
    const principals = found ? writer.fieldsOf(found).allow.flatMap((list) => list.principals) : [];
    tokensInUse.add(objectsInUse.map(({ keyPrefix }) => ({ part: keyPrefix, principals })));
  };
  for (const number of range(userCount)) add({ ownerId: id("005", number) }, objects);
  for (const number of range(roleCount)) add({ sharedTo: id("00G", 100_000 + number) }, objects);
  for (const number of range(groupCount)) add({ sharedTo: id("00G", number) }, objects.slice(0, objectsWithGroups));
  return access.identities({ tokensInUse, lists: writer.lists });
}

/** The number of tokens of the largest identity. */
export function largestIdentity(identities: Iterable<Identity>): number {
  let largest = 0;
  for (const { tokens, masterTokens } of identities) largest = Math.max(largest, tokens.length + masterTokens.length);
  return largest;
}
