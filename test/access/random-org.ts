import type { FileFacts, RecordFacts, ShareFacts } from "../../src/access/record-facts.ts";
import type { ObjectFacts, SharingFacts, UserFacts } from "../../src/access/sharing-facts.ts";
import type { Org } from "./index-org.ts";
import { Random } from "./random.ts";
import { randomPermissions } from "./random-permissions.ts";

const objectNames = {
  Account: "001",
  Contact: "003",
  Opportunity: "006",
  Lead: "00Q",
  Case: "500",
  Project__c: "a00",
  Milestone__c: "a01",
  Visit__c: "a02",
  Visit_Note__c: "a03",
  Milestone_Note__c: "a05",
  Deal_Note__c: "a06",
} as const;

const masters: Readonly<Record<string, readonly string[]>> = {
  Milestone__c: ["Project__c", "Account"],
  Visit__c: ["Project__c"],
  Visit_Note__c: ["Visit__c"],
  Milestone_Note__c: ["Milestone__c"],
  Deal_Note__c: ["Opportunity"],
};

const id = (prefix: string, number: number): string => `${prefix}${String(number).padStart(12, "0")}`;
const ids = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, number) => id(prefix, number));

const organizationId = id("00D", 1);
const roles = ids("00E", 6);
const territories = ids("0MI", 4);
const users = ids("005", 9);
const publicGroups = ids("00G", 5);
const queues = ids("00G", 7).slice(5);
const libraries = ids("058", 2);
const chatterGroups = ids("0F9", 2);
const kept = keptGroups();
const sharees = [...users, ...publicGroups, ...queues, ...kept.map((group) => group.id)];

function keptGroups(): NonNullable<SharingFacts["groups"]> {
  const of = (types: readonly string[], related: readonly (string | null)[]) =>
    types.flatMap((type) => related.map((relatedId) => ({ type, relatedId })));
  return [
    ...of(["Role", "RoleAndSubordinates", "RoleAndSubordinatesInternal"], roles),
    ...of(["Manager", "ManagerAndSubordinatesInternal"], users),
    ...of(["Territory", "TerritoryAndSubordinates"], territories),
    ...of(["Organization", "AllCustomerPortal", "PRMOrganization"], [null]),
  ].map((group, number) => ({ ...group, id: id("00G", 100 + number) }));
}

/** A small org with every kind of fact. Roles, territories and masters have no circles, and owner rows name the owner. */
export function randomOrg(seed: number): Org {
  const random = new Random(seed);
  const objects = Object.entries(objectNames).map(([name, keyPrefix]) => objectFacts(random, name, keyPrefix));
  const contactsAreControlled = objects.some(
    (each) => each.name === "Contact" && each.internalSharingModel === "ControlledByParent",
  );
  const records = randomRecords(random, contactsAreControlled);
  return { facts: sharingFacts(random, objects), records, files: randomFiles(random, records) };
}

function objectFacts(random: Random, name: string, keyPrefix: string): ObjectFacts {
  const own = masters[name] ?? [];
  const models = name === "Contact" ? ["Private", "ControlledByParent", "Read"] : ["Private", "Private", "Read"];
  const internalSharingModel = own.length > 0 ? "ControlledByParent" : random.of(models);
  const isOpen = internalSharingModel === "Read" && random.chance(0.5);
  return {
    name,
    keyPrefix,
    internalSharingModel,
    externalSharingModel: internalSharingModel === "Read" && !isOpen ? "Private" : internalSharingModel,
    grantsAccessUsingHierarchies: random.chance(0.7),
    masters: own,
  };
}

function sharingFacts(random: Random, objects: readonly ObjectFacts[]): SharingFacts {
  const people = users.map((user, number) => userFacts(random, user, number));
  const allGroups = [...publicGroups, ...queues];
  const levels = ["None", "Read", "Edit"];
  return {
    organizationId,
    objects,
    users: people,
    userLogins: users.map((userId) => ({ userId, isFrozen: random.chance(0.1) })),
    roles: roles.map((role, number) => ({
      id: role,
      parentRoleId: number === 0 || random.chance(0.1) ? null : random.of(roles.slice(0, number)),
      contactAccessForAccountOwner: random.of(levels),
      opportunityAccessForAccountOwner: random.of(levels),
      caseAccessForAccountOwner: random.of(levels),
      portalType: number < 4 ? "None" : "Partner",
      portalAccountOwnerId: number < 4 ? null : random.of(users.slice(0, 4)),
    })),
    groups: [
      ...publicGroups.map((group) => ({
        id: group,
        type: "Regular",
        relatedId: null,
        doesIncludeBosses: random.chance(0.6),
      })),
      ...queues.map((group) => ({ id: group, type: "Queue", relatedId: null, doesIncludeBosses: random.chance(0.6) })),
      ...kept,
    ],
    queuesHaveHierarchyFlag: random.chance(0.8),
    groupMembers: allGroups.flatMap((groupId) =>
      random
        .some([...users, ...publicGroups, ...kept.slice(0, 18).map((group) => group.id)], 3)
        .map((userOrGroupId) => ({ groupId, userOrGroupId })),
    ),
    territories: territories.map((territory, number) => ({
      id: territory,
      parentTerritoryId: number === 0 ? null : random.of(territories.slice(0, number)),
      modelId: id("0MA", random.chance(0.9) ? 1 : 2),
    })),
    territoryModels: [
      { id: id("0MA", 1), state: "Active" },
      { id: id("0MA", 2), state: "Archived" },
    ],
    territoryUsers: territories.flatMap((territoryId) =>
      random.some(users, 2).map((userId) => ({ territoryId, userId, isActive: random.chance(0.8) })),
    ),
    ...randomPermissions(random, users, Object.keys(objectNames)),
    restrictionRules: random.chance(0.8)
      ? []
      : [
          {
            targetObject: random.of(["Project__c", "Visit__c", "Milestone__c"]),
            enforcementType: "Restrict",
            isActive: random.chance(0.8),
          },
        ],
    libraryMembers: libraries.flatMap((containerId) =>
      random.some([...users, ...publicGroups], 2).map((memberId) => ({ containerId, memberId })),
    ),
    chatterGroups: chatterGroups.map((group) => ({ id: group, collaborationType: random.of(["Public", "Private"]) })),
    chatterGroupMembers: chatterGroups.flatMap((containerId) =>
      random.some(users, 3).map((memberId) => ({ containerId, memberId })),
    ),
  };
}

function userFacts(random: Random, user: string, number: number): UserFacts {
  const isExternal = number >= 7;
  const type = isExternal ? random.of(["PowerPartner", "CustomerSuccess", "CspLitePortal", "Guest"]) : "Standard";
  const ownRoles = isExternal ? roles.slice(4) : roles.slice(0, 4);
  return {
    id: user,
    userType: type,
    isActive: random.chance(0.9),
    userRoleId: random.chance(0.2) || type === "CspLitePortal" ? null : random.of(ownRoles),
    managerId: random.chance(0.5) ? random.of(users.filter((other) => other !== user)) : null,
    name: "Ann Lee",
    email: "ann@acme.example",
  };
}

const ownedObjects = ["Account", "Contact", "Opportunity", "Lead", "Case", "Project__c"];

function randomRecords(random: Random, contactsAreControlled: boolean): RecordFacts[] {
  const names = Object.keys(objectNames) as (keyof typeof objectNames)[];
  return names.flatMap((object) =>
    ids(objectNames[object], 2).map((record): RecordFacts => {
      const shared = ownedObjects.includes(object) && !(object === "Contact" && contactsAreControlled);
      const ownerId = ownedObjects.includes(object)
        ? random.of([...users, ...(object === "Lead" ? queues : [])])
        : null;
      return {
        id: record,
        object,
        ownerId,
        accountId:
          ["Contact", "Opportunity", "Case"].includes(object) && random.chance(0.8) ? random.of(ids("001", 2)) : null,
        isPrivate: object === "Opportunity" && random.chance(0.3),
        masterIds: (masters[object] ?? []).map((master) =>
          random.of(ids(objectNames[master as keyof typeof objectNames], 2)),
        ),
        shares: shared ? randomShares(random, ownerId) : [],
      };
    }),
  );
}

function randomShares(random: Random, ownerId: string | null): ShareFacts[] {
  const rows = random.some(sharees, 4).map((userOrGroupId) => ({ userOrGroupId, rowCause: "Manual" }));
  return [...(ownerId === null ? [] : [{ userOrGroupId: ownerId, rowCause: "Owner" }]), ...rows].map((row) => ({
    ...row,
    accessLevel: row.rowCause === "Owner" ? "All" : random.of(["Read", "Edit", "None"]),
    contactAccessLevel: random.of(["None", "Read", "Edit"]),
    opportunityAccessLevel: random.of(["None", "Read", "Edit"]),
    caseAccessLevel: random.of(["None", "Read", "Edit"]),
  }));
}

function randomFiles(random: Random, records: readonly RecordFacts[]): FileFacts[] {
  const targets = [...records.map((record) => record.id), ...users, ...libraries, ...chatterGroups, organizationId];
  return ids("069", 8).map((file) => ({
    id: file,
    ownerId: random.of(users),
    sharingPrivacy: random.chance(0.8) ? "N" : "P",
    links: random.some(targets, 3).map((linkedEntityId) => ({
      linkedEntityId,
      visibility: random.of(["AllUsers", "AllUsers", "InternalUsers", "SharedUsers"]),
    })),
  }));
}
