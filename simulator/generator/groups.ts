import { wellKnownIds } from "../schema/well-known-ids.ts";
import type { OrgBuilder, Value } from "./org-builder.ts";
import type { People } from "./people.ts";

const at = Date.UTC(2019, 0, 4);
const stamps = {
  CreatedDate: at,
  LastModifiedDate: at,
  SystemModstamp: at,
  CreatedById: wellKnownIds.adminUser,
  LastModifiedById: wellKnownIds.adminUser,
};

/** Groups that records are shared with, and queues that own records. */
export interface Groups {
  readonly queues: readonly string[];
  readonly publicGroups: readonly string[];
  /** Groups of every type that sharing rules can refer to. */
  readonly sharedWith: readonly string[];
  readonly territories: readonly string[];
}

/** Writes groups of every type, their members and the territory model. */
export function writeGroups(org: OrgBuilder, people: People): Groups {
  const organization = addGroup(org, {
    Name: "All Internal Users",
    DeveloperName: "AllInternalUsers",
    Type: "Organization",
  });
  const roleGroups = people.roleIds.flatMap((roleId, index) => [
    addGroup(org, { Type: "Role", RelatedId: roleId, DeveloperName: `Role_${index}` }),
    addGroup(org, { Type: "RoleAndSubordinates", RelatedId: roleId, DeveloperName: `RoleSub_${index}` }),
    addGroup(org, { Type: "RoleAndSubordinatesInternal", RelatedId: roleId, DeveloperName: `RoleSubInt_${index}` }),
  ]);
  const publicGroups = writePublicGroups(org, people, roleGroups);
  const queues = writeQueues(org, people, { roleGroups, publicGroups });
  const managerGroups = writeManagerGroups(org);
  const partners = addGroup(org, {
    Name: "All Partner Users",
    Type: "PRMOrganization",
    DeveloperName: "AllPartnerUsers",
  });
  const customers = addGroup(org, {
    Name: "All Customer Portal Users",
    Type: "AllCustomerPortal",
    DeveloperName: "AllCustomerPortalUsers",
  });
  const { territories, territoryGroups } = writeTerritories(org, people);
  const sharedWith = [
    ...publicGroups,
    ...roleGroups,
    organization,
    partners,
    customers,
    ...managerGroups.slice(0, 4),
    ...territoryGroups,
  ];
  return { publicGroups, queues, sharedWith, territories };
}

/** Queues with users, with a role and a public group, with and without access for superiors. */
function writeQueues(
  org: OrgBuilder,
  people: People,
  { roleGroups, publicGroups }: { roleGroups: readonly string[]; publicGroups: readonly string[] },
): string[] {
  const queues = ["First Level", "Second Level", "Lead Intake"].map((name, index) => {
    const id = addGroup(org, {
      Name: name,
      DeveloperName: name.replace(" ", "_"),
      Type: "Queue",
      DoesSendEmailToMembers: 1,
      DoesIncludeBosses: index === 1 ? 0 : 1,
      Email: index === 0 ? "support@simulated.example" : null,
    });
    for (let member = index; member < people.staff.length; member += 3) addMember(org, id, people.staff[member]?.id);
    return id;
  });
  addMember(org, queues[1] ?? "", roleGroups.at(-3));
  addMember(org, queues[2] ?? "", publicGroups[0]);
  return queues;
}

/** The managers group and the manager subordinates group of all managers and all users with a manager. */
function writeManagerGroups(org: OrgBuilder): string[] {
  const users = org.database.rows(
    `SELECT "Id" FROM "User" WHERE "ManagerId" IS NOT NULL OR "Id" IN (SELECT "ManagerId" FROM "User") ORDER BY "_row"`,
  );
  return users.flatMap(([id], index) => [
    addGroup(org, { Type: "Manager", RelatedId: String(id), DeveloperName: `Manager_${index}` }),
    addGroup(org, {
      Type: "ManagerAndSubordinatesInternal",
      RelatedId: String(id),
      DeveloperName: `ManagerSub_${index}`,
    }),
  ]);
}

function addGroup(org: OrgBuilder, values: Readonly<Record<string, Value>>): string {
  return org.table("Group").add({ ...stamps, OwnerId: wellKnownIds.organization, ...values });
}

function addMember(org: OrgBuilder, groupId: string, member: string | undefined): void {
  if (member === undefined) return;
  org.table("GroupMember").add({ GroupId: groupId, UserOrGroupId: member, SystemModstamp: at });
}

/** Public groups whose members are users, a group or a role, and two groups that contain each other. */
function writePublicGroups(org: OrgBuilder, people: People, roleGroups: readonly string[]): string[] {
  const names = ["Deal Desk", "Key Accounts", "Auditors", "Circle A", "Circle B"];
  const ids = names.map((name, index) =>
    addGroup(org, {
      Name: name,
      DeveloperName: name.replace(" ", "_"),
      Type: "Regular",
      DoesIncludeBosses: index % 2 === 0 ? 1 : 0,
    }),
  );
  const [dealDesk, keyAccounts, auditors, circleA, circleB] = ids;
  for (const person of people.staff.slice(0, 4)) addMember(org, dealDesk ?? "", person.id);
  addMember(org, keyAccounts ?? "", dealDesk);
  addMember(org, keyAccounts ?? "", people.staff[1]?.id);
  addMember(org, auditors ?? "", roleGroups[1]);
  addMember(org, circleA ?? "", circleB);
  addMember(org, circleB ?? "", circleA);
  addMember(org, circleB ?? "", people.staff[2]?.id);
  addMember(org, circleB ?? "", people.former[0]?.id);
  return ids;
}

function writeTerritories(
  org: OrgBuilder,
  people: People,
): { readonly territories: readonly string[]; readonly territoryGroups: readonly string[] } {
  const models = ["Active", "Planning", "Archived"].map((state) =>
    org
      .table("Territory2Model")
      .add({ ...stamps, Name: `Territories ${state}`, DeveloperName: `Territories_${state}`, State: state }),
  );
  const type = org
    .table("Territory2Type")
    .add({ ...stamps, DeveloperName: "Region", MasterLabel: "Region", Priority: 1 });
  const table = org.table("Territory2");
  const tree = [
    { name: "World", parent: null },
    { name: "Europe", parent: 0 },
    { name: "Americas", parent: 0 },
    { name: "Germany", parent: 1 },
  ];
  const territories = tree.map(({ name, parent }) =>
    table.add({
      ...stamps,
      Name: name,
      DeveloperName: name,
      Territory2TypeId: type,
      Territory2ModelId: models[0] ?? null,
      ParentTerritory2Id: parent === null ? null : table.idAt(parent),
      AccountAccessLevel: "Read",
      OpportunityAccessLevel: "Read",
      CaseAccessLevel: "None",
      ContactAccessLevel: "Read",
    }),
  );
  for (const [index, name] of ["Draft", "Old World"].entries()) {
    table.add({
      ...stamps,
      Name: name,
      DeveloperName: name.replace(" ", "_"),
      Territory2TypeId: type,
      Territory2ModelId: models[index + 1] ?? null,
      AccountAccessLevel: "Read",
    });
  }
  return { territories, territoryGroups: writeTerritoryUsers(org, people, territories) };
}

/** Writes the groups, the users and the settings of territories, and returns the groups. */
function writeTerritoryUsers(org: OrgBuilder, people: People, territories: readonly string[]): string[] {
  const territoryGroups = territories.flatMap((territory, index) => [
    addGroup(org, { Type: "Territory", RelatedId: territory, DeveloperName: `Territory_${index}` }),
    addGroup(org, { Type: "TerritoryAndSubordinates", RelatedId: territory, DeveloperName: `TerritorySub_${index}` }),
  ]);
  for (const [index, territory] of territories.entries()) {
    org.table("UserTerritory2Association").add({
      ...stamps,
      UserId: people.staff[index % Math.max(1, people.staff.length)]?.id ?? null,
      Territory2Id: territory,
      IsActive: 1,
      RoleInTerritory2: "Sales Rep",
    });
    org
      .table("Territory2ObjSharingConfig")
      .add({ ...stamps, Territory2Id: territory, SobjectType: "Case", AccessLevel: "Read" });
  }
  return territoryGroups;
}
