import type { ObjectDefinition } from "../schema/object-definition.ts";
import { wellKnownIds } from "../schema/well-known-ids.ts";
import type { OrgBuilder, Value } from "./org-builder.ts";
import type { People } from "./people.ts";

const at = Date.UTC(2019, 0, 3);
const stamps = {
  CreatedDate: at,
  LastModifiedDate: at,
  SystemModstamp: at,
  CreatedById: wellKnownIds.adminUser,
  LastModifiedById: wellKnownIds.adminUser,
};

type Level = "read" | "view_all" | "modify_all";

/**
 * Writes permission sets with their object and field permissions. The set of the integration user's profile grants Read and View All on
 * every object and Read on every field; tests remove rows through the API.
 */
export function writePermissions(org: OrgBuilder, people: People): void {
  const sets = org.table("PermissionSet");
  const integration = profileSet(
    org,
    { name: "integration", profileId: wellKnownIds.integrationProfile },
    {
      ApiEnabled: 1,
      ViewSetup: 1,
      ViewRoles: 1,
      ManageUsers: 1,
      ViewAllUsers: 1,
      ViewRestrictionAndScopingRules: 1,
    },
  );
  const admin = profileSet(
    org,
    { name: "admin", profileId: wellKnownIds.adminProfile },
    {
      ApiEnabled: 1,
      ViewSetup: 1,
      ViewRoles: 1,
      ManageUsers: 1,
      ViewAllUsers: 1,
      ViewAllData: 1,
      ModifyAllData: 1,
      QueryAllFiles: 1,
      ViewRestrictionAndScopingRules: 1,
    },
  );
  const standard = profileSet(
    org,
    { name: "standard", profileId: wellKnownIds.standardProfile },
    { ApiEnabled: 1, ViewRoles: 1 },
  );
  const partner = profileSet(org, { name: "partner", profileId: wellKnownIds.partnerProfile }, { ApiEnabled: 1 });
  const guest = profileSet(org, { name: "guest", profileId: wellKnownIds.guestProfile }, {});
  grant(org, integration, "view_all");
  grant(org, admin, "modify_all");
  grant(org, standard, "read");
  grantObjects(org, partner, { level: "read", names: ["Account", "Contact", "Case", "Lead"] });
  grantObjects(org, guest, { level: "read", names: ["Case"] });
  writeFurtherProfiles(org);
  const all = sets.add({ ...stamps, Name: "Read_Every_Case", Label: "Read Every Case", Type: "Regular", IsCustom: 1 });
  grantObjects(org, all, { level: "view_all", names: ["Case"] });
  const session = sets.add({
    ...stamps,
    Name: "On_Call",
    Label: "On Call",
    Type: "Session",
    IsCustom: 1,
    HasActivationRequired: 1,
  });
  grantObjects(org, session, { level: "view_all", names: ["Account"] });
  const groups = permissionSetGroups.map((definition) => writeGroup(org, definition));
  assignAll(org, people, { direct: all, session, groups });
}

/** The permission sets of the further profiles, in the order of people.ts. Some internal users may not read all objects. */
function writeFurtherProfiles(org: OrgBuilder): void {
  const profiles = org.table("Profile");
  const internal = permissionObjects(org).map(({ name }) => name);
  const sets: readonly (readonly [name: string, objects: readonly string[]])[] = [
    ["customer", ["Account", "Contact", "Case"]],
    ["high_volume", ["Account", "Contact", "Case", "Product2"]],
    ["chatter", []],
    ["sales", internal.filter((name) => !["Case", "Installation__c", "Survey_Response__c"].includes(name))],
    ["customer_manager", ["Account", "Contact", "Case", "Project__c"]],
  ];
  for (const [index, [name, objects]] of sets.entries()) {
    const set = profileSet(org, { name, profileId: profiles.idAt(5 + index) }, { ApiEnabled: 1, ViewRoles: 1 });
    grantObjects(org, set, { level: "read", names: objects });
  }
}

function profileSet(
  org: OrgBuilder,
  { name, profileId }: { name: string; profileId: string },
  flags: Readonly<Record<string, number>>,
): string {
  const columns: Record<string, Value> = {};
  for (const [flag, value] of Object.entries(flags)) columns[`Permissions${flag}`] = value;
  return org.table("PermissionSet").add({
    ...stamps,
    ...columns,
    Name: `X_profile_${name}`,
    Label: `Profile ${name}`,
    ProfileId: profileId,
    IsOwnedByProfile: 1,
    Type: "Profile",
  });
}

function permissionObjects(org: OrgBuilder): ObjectDefinition[] {
  return org.schema.objects.filter(({ access }) => access.kind === "permission");
}

function grant(org: OrgBuilder, parentId: string, level: Level): void {
  grantObjects(org, parentId, { level, names: permissionObjects(org).map(({ name }) => name) });
}

function grantObjects(
  org: OrgBuilder,
  parentId: string,
  { level, names }: { level: Level; names: readonly string[] },
): void {
  for (const name of names) {
    org.table("ObjectPermissions").add({
      ...stamps,
      ParentId: parentId,
      SobjectType: name,
      PermissionsRead: 1,
      PermissionsCreate: 1,
      PermissionsEdit: 1,
      PermissionsDelete: level === "read" ? 0 : 1,
      PermissionsViewAllRecords: level === "read" ? 0 : 1,
      PermissionsModifyAllRecords: level === "modify_all" ? 1 : 0,
    });
    for (const field of org.schema.get(name).fields) {
      if (!field.permissionable || field.compound !== undefined) continue;
      org.table("FieldPermissions").add({
        ParentId: parentId,
        SobjectType: name,
        Field: `${name}.${field.name}`,
        PermissionsRead: 1,
        PermissionsEdit: field.updateable ? 1 : 0,
        SystemModstamp: at,
      });
    }
  }
}

/** A permission set group: sets of one object each, the muted permissions, and the remaining permissions. */
interface GroupDefinition {
  readonly name: string;
  readonly sets: readonly (readonly [name: string, object: string, level: Level])[];
  readonly muted: { readonly object: string; readonly permission: string };
  readonly aggregated: readonly (readonly [object: string, level: Level])[];
}

const permissionSetGroups: readonly GroupDefinition[] = [
  {
    name: "Service_Lead",
    sets: [
      ["Case_Work", "Case", "view_all"],
      ["Campaign_Work", "Campaign", "view_all"],
    ],
    muted: { object: "Campaign", permission: "ViewAllRecords" },
    aggregated: [
      ["Case", "view_all"],
      ["Campaign", "read"],
    ],
  },
  {
    name: "Project_Office",
    sets: [
      ["Project_Work", "Project__c", "modify_all"],
      ["Contract_Work", "Contract", "view_all"],
    ],
    muted: { object: "Contract", permission: "Read" },
    aggregated: [["Project__c", "modify_all"]],
  },
];

/** Writes a permission set group with two sets, a muting set and the aggregated set. */
function writeGroup(
  org: OrgBuilder,
  { name, sets: members, muted, aggregated }: GroupDefinition,
): { groupId: string; aggregateId: string } {
  const sets = org.table("PermissionSet");
  const label = name.replace("_", " ");
  const groupId = org.table("PermissionSetGroup").add({
    ...stamps,
    DeveloperName: name,
    Language: "en_US",
    MasterLabel: label,
    Status: "Updated",
  });
  const memberIds = members.map(([set, object, level]) => {
    const id = sets.add({ ...stamps, Name: set, Label: set.replace("_", " "), Type: "Regular", IsCustom: 1 });
    grantObjects(org, id, { level, names: [object] });
    return id;
  });
  const muting = org
    .table("MutingPermissionSet")
    .add({ ...stamps, DeveloperName: `${name}_Muting`, Language: "en_US", MasterLabel: `${label} Muting` });
  org.table("ObjectPermissions").add({
    ...stamps,
    ParentId: muting,
    SobjectType: muted.object,
    [`Permissions${muted.permission}`]: 1,
  });
  for (const member of [...memberIds, muting]) {
    org.table("PermissionSetGroupComponent").add({ ...stamps, PermissionSetGroupId: groupId, PermissionSetId: member });
  }
  const aggregateId = sets.add({
    ...stamps,
    Name: `${name}_Group`,
    Label: `${label} (group)`,
    Type: "Group",
    PermissionSetGroupId: groupId,
  });
  for (const [object, level] of aggregated) grantObjects(org, aggregateId, { level, names: [object] });
  return { groupId, aggregateId };
}

interface Assigned {
  readonly direct: string;
  readonly session: string;
  readonly groups: readonly { readonly groupId: string; readonly aggregateId: string }[];
}

/** Assigns to each user the set of the profile, and to some users further sets, one of them expired and one through a group. */
function assignAll(org: OrgBuilder, people: People, { direct, session, groups }: Assigned): void {
  const assign = (assignee: string, permissionSetId: string, more: Readonly<Record<string, Value>> = {}) =>
    org.table("PermissionSetAssignment").add({
      AssigneeId: assignee,
      PermissionSetId: permissionSetId,
      IsActive: 1,
      SystemModstamp: at,
      ...more,
    });
  const rows = org.database.rows(
    `SELECT u."Id", s."Id" FROM "User" u JOIN "PermissionSet" s ON s."ProfileId" = u."ProfileId" ORDER BY u."_row"`,
  );
  for (const [user, set] of rows) assign(String(user), String(set));
  const [first, second, third, ...others] = people.staff;
  if (first !== undefined) assign(first.id, direct);
  if (second !== undefined) assign(second.id, direct, { ExpirationDate: Date.UTC(2025, 5, 1), IsActive: 0 });
  if (third !== undefined) assign(third.id, session);
  for (const [index, { groupId, aggregateId }] of groups.entries()) {
    const person = others[index];
    if (person !== undefined) assign(person.id, aggregateId, { PermissionSetGroupId: groupId });
  }
}
