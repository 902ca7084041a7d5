import type { RecordFacts as Record_, ShareFacts } from "../../src/access/record-facts.ts";
import type { GroupFacts, ObjectFacts, SharingFacts } from "../../src/access/sharing-facts.ts";
import {
  mastersOf,
  type FileFacts,
  type ObjectName,
  type Principal,
  type RecordFacts,
  type ShareRow,
  type SharingCase,
} from "../sharing-cases/sharing-case.ts";
import { CaseIds } from "./case-ids.ts";
import { permissionTables } from "./case-permissions.ts";
import type { Org } from "./index-org.ts";

type CaseFacts = SharingCase["facts"];

const prefixes: Record<ObjectName, string> = {
  Account: "001",
  Contact: "003",
  Opportunity: "006",
  Lead: "00Q",
  Campaign: "701",
  Case: "500",
  Project__c: "a00",
  Milestone__c: "a01",
  Visit__c: "a02",
  Visit_Note__c: "a03",
  Inspection__c: "a04",
  Milestone_Note__c: "a05",
  Deal_Note__c: "a06",
};
const objectNames = Object.keys(prefixes) as ObjectName[];
const organizationId = "00D000000000001";

/** A case as the facts that the service reads, and the ids of its users, records and files. */
export interface CaseOrg extends Org {
  idOf(name: string): string;
}

export function caseOrg({ facts, shareTable = [] }: SharingCase): CaseOrg {
  const ids = new CaseIds();
  const names = new CaseNames(facts, ids);
  const rows = Map.groupBy(shareTable, ({ on }) => on);
  return {
    idOf: (name) => names.thing(name),
    facts: sharingFacts(facts, names),
    records: Object.entries(facts.records).map(([name, record]) =>
      recordFacts(name, record, { names, facts, rows: rows.get(name) ?? [] }),
    ),
    files: Object.entries(facts.files ?? {}).map(([name, file]) => fileFacts(name, file, names)),
  };
}

/** Names become ids with the prefix of what they name. */
class CaseNames {
  readonly facts: CaseFacts;
  readonly ids: CaseIds;

  constructor(facts: CaseFacts, ids: CaseIds) {
    this.facts = facts;
    this.ids = ids;
  }

  thing(name: string): string {
    const { users, groups = {}, libraries = {}, chatterGroups = {}, records, files = {} } = this.facts;
    if (name === "Organization") return organizationId;
    if (users[name]) return this.ids.of("005", name);
    if (groups[name]) return this.ids.of("00G", name);
    if (libraries[name]) return this.ids.of("058", name);
    if (chatterGroups[name]) return this.ids.of("0F9", name);
    const object = records[name]?.object;
    if (object) return this.ids.of(prefixes[object], name);
    return this.ids.of(files[name] ? "069" : "00G", name);
  }

  role = (name: string): string => this.ids.of("00E", name);
  territory = (name: string): string => this.ids.of("0MI", name);

  principal(name: Principal): string {
    return this.facts.users[name] ? this.thing(name) : this.ids.of("00G", name);
  }
}

const idOrNull = (name: string | undefined, id: (name: string) => string): string | null =>
  name === undefined ? null : id(name);

function sharingFacts(facts: CaseFacts, names: CaseNames): SharingFacts {
  const unreadable = new Set(facts.unreadable ?? []);
  const { users, roles = {}, apiVersion = 67 } = facts;
  return {
    organizationId,
    objects: objectNames.map((name) => objectFacts(name, facts, !unreadable.has("Grant Access Using Hierarchies"))),
    users: Object.entries(users).map(([name, user]) => ({
      id: names.thing(name),
      userType: user.type ?? "Standard",
      isActive: user.active ?? true,
      userRoleId: idOrNull(user.role, names.role),
      managerId: idOrNull(user.manager, (manager) => names.thing(manager)),
      name: user.displayName ?? name,
      email: user.email ?? `${name}@acme.example`,
    })),
    userLogins: unreadable.has("UserLogin")
      ? undefined
      : Object.entries(users).map(([name, { frozen }]) => ({ userId: names.thing(name), isFrozen: frozen ?? false })),
    roles: Object.entries(roles).map(([name, role]) => ({
      id: names.role(name),
      parentRoleId: idOrNull(role.parent, names.role),
      contactAccessForAccountOwner: role.contact ?? "None",
      opportunityAccessForAccountOwner: role.opportunity ?? "None",
      caseAccessForAccountOwner: role.case ?? "None",
      portalType: role.portal?.type ?? "None",
      portalAccountOwnerId: idOrNull(facts.records[role.portal?.account ?? ""]?.owner, (owner) => names.thing(owner)),
    })),
    groups: groupFacts(facts, names),
    queuesHaveHierarchyFlag: apiVersion >= 67,
    groupMembers: Object.entries(facts.groups ?? {}).flatMap(([name, { members }]) =>
      members.map((member) => ({ groupId: names.thing(name), userOrGroupId: names.principal(member) })),
    ),
    ...territoryTables(facts, names, unreadable.has("Territory2Model")),
    ...permissionTables(facts, names.ids, objectNames),
    restrictionRules: unreadable.has("RestrictionRule")
      ? undefined
      : (facts.restrictionRules ?? []).map(({ object, enforcement, active }) => ({
          targetObject: object,
          enforcementType: enforcement === "Restrict" ? "Restrict" : "Scoping",
          isActive: active,
        })),
    libraryMembers: membersOf(facts.libraries, names),
    chatterGroups: Object.entries(facts.chatterGroups ?? {}).map(([name, { type }]) => ({
      id: names.thing(name),
      collaborationType: type,
    })),
    chatterGroupMembers: membersOf(facts.chatterGroups, names),
  };
}

function objectFacts(name: ObjectName, { defaults, withoutHierarchies = [] }: CaseFacts, known: boolean): ObjectFacts {
  const masters = mastersOf[name] ?? [];
  const model = masters.length > 0 ? "ControlledByParent" : (defaults?.[name] ?? "Private");
  const [internalSharingModel, externalSharingModel] = typeof model === "string" ? [model, model] : model;
  return {
    name,
    keyPrefix: prefixes[name],
    internalSharingModel,
    externalSharingModel,
    grantsAccessUsingHierarchies: known ? !withoutHierarchies.includes(name) : undefined,
    masters,
  };
}

/** Public groups and queues, and those that Salesforce keeps: all that could be named. */
function groupFacts(
  { groups = {}, users, roles = {}, territories = {}, apiVersion }: CaseFacts,
  names: CaseNames,
): GroupFacts[] {
  const kept = (types: readonly string[], related: readonly string[], id: (name: string) => string): GroupFacts[] =>
    types.flatMap((type) =>
      related.map((name) => ({
        id: names.principal(`${type}:${name}`),
        type,
        relatedId: id(name),
        doesIncludeBosses: false,
      })),
    );
  return [
    ...Object.entries(groups).map(([name, { type, includesBosses }]) => ({
      id: names.thing(name),
      type,
      relatedId: null,
      doesIncludeBosses: type === "Queue" && apiVersion === 66 ? undefined : includesBosses,
    })),
    ...["Organization", "AllCustomerPortal", "PRMOrganization"].map((type) => ({
      id: names.principal(type),
      type,
      relatedId: null,
    })),
    ...kept(["Role", "RoleAndSubordinates", "RoleAndSubordinatesInternal"], Object.keys(roles), names.role),
    ...kept(["Manager", "ManagerAndSubordinatesInternal"], Object.keys(users), (name) => names.thing(name)),
    ...kept(["Territory", "TerritoryAndSubordinates"], Object.keys(territories), names.territory),
  ];
}

function territoryTables(
  { territories = {} }: CaseFacts,
  names: CaseNames,
  modelsAreUnreadable: boolean,
): Pick<SharingFacts, "territories" | "territoryModels" | "territoryUsers"> {
  const models = ["Planning", "Active", "Archived"];
  return {
    territories: Object.entries(territories).map(([name, { parent, model = "Active" }]) => ({
      id: names.territory(name),
      parentTerritoryId: idOrNull(parent, names.territory),
      modelId: names.ids.of("0MA", model),
    })),
    territoryModels: modelsAreUnreadable
      ? undefined
      : models.map((state) => ({ id: names.ids.of("0MA", state), state })),
    territoryUsers: Object.entries(territories).flatMap(([name, { users, inactiveUsers = [] }]) =>
      [...users, ...inactiveUsers].map((user) => ({
        territoryId: names.territory(name),
        userId: names.thing(user),
        isActive: !inactiveUsers.includes(user),
      })),
    ),
  };
}

function membersOf(
  containers: Readonly<Record<string, { readonly members: readonly string[] }>> | undefined,
  names: CaseNames,
): NonNullable<SharingFacts["libraryMembers"]> {
  return Object.entries(containers ?? {}).flatMap(([name, { members }]) =>
    members.map((member) => ({ containerId: names.thing(name), memberId: names.principal(member) })),
  );
}

function recordFacts(
  name: string,
  record: RecordFacts,
  { names, facts, rows }: { names: CaseNames; facts: CaseFacts; rows: readonly ShareRow[] },
): Record_ {
  const { object, owner, account, masters, isPrivate } = record;
  const thing = (other: string): string => names.thing(other);
  const isOpen = facts.defaults?.[object] === "ReadWrite";
  return {
    id: names.thing(name),
    object,
    ownerId: idOrNull(owner, thing),
    accountId: idOrNull(account, thing),
    isPrivate: isPrivate ?? false,
    masterIds: (masters ?? []).map(thing),
    shares: isOpen ? "no share table" : rows.map((row) => shareFacts(row, names)),
  };
}

const shareFacts = (
  { to, cause, level, contact, opportunity, case: ticket }: ShareRow,
  names: CaseNames,
): ShareFacts => ({
  userOrGroupId: names.principal(to),
  rowCause: cause,
  accessLevel: level,
  contactAccessLevel: contact ?? "None",
  opportunityAccessLevel: opportunity ?? "None",
  caseAccessLevel: ticket ?? "None",
});

function fileFacts(
  name: string,
  { owner, privateOnRecords, links = [] }: FileFacts,
  names: CaseNames,
): Org["files"][number] {
  return {
    id: names.thing(name),
    ownerId: names.thing(owner),
    sharingPrivacy: privateOnRecords ? "P" : "N",
    links: links.map(({ to, visibility }) => ({
      linkedEntityId: names.thing(to),
      visibility: visibility ?? "AllUsers",
    })),
  };
}
