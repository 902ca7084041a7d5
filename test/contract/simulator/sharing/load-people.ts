import type {
  Assignment,
  PermissionSet,
  Role,
  SharingFacts,
  User,
  UserType,
} from "../../../sharing-cases/sharing-case.ts";
import { type CaseOrg, caseObjectNames, type Pending } from "./loaded-case.ts";

const profiles: Partial<Record<UserType, string>> = {
  Standard: "Standard User",
  CsnOnly: "Chatter Free User",
  PowerPartner: "Partner Community User",
  PowerCustomerSuccess: "Customer Community Plus User",
  CustomerSuccess: "Customer Portal Manager",
  CspLitePortal: "Customer Community User",
  Guest: "Support Site Guest",
};

const external: readonly (UserType | undefined)[] = [
  "PowerPartner",
  "PowerCustomerSuccess",
  "CustomerSuccess",
  "CspLitePortal",
];

/** Takes all object permissions from the profiles of the cases: a case names the permissions of a user as a set. */
export async function emptyProfiles(org: CaseOrg): Promise<void> {
  const names = Object.values(profiles).map((name) => `'${name}'`);
  const rows = await org.admin.records<{ Id: string }>(
    `SELECT Id FROM ObjectPermissions WHERE ParentId IN (SELECT Id FROM PermissionSet WHERE Profile.Name IN (${names.join(",")}))`,
  );
  for (let start = 0; start < rows.length; start += 200) {
    const ids = rows.slice(start, start + 200).map(({ Id }) => Id);
    await org.admin.rest("DELETE", `composite/sobjects?allOrNone=true&ids=${ids.join(",")}`);
  }
}

export async function loadPermissions(org: CaseOrg, facts: SharingFacts): Promise<void> {
  for (const [name, set] of Object.entries(facts.permissionSets ?? {})) {
    org.ids.set(name, await createSet(org, name, set));
  }
  const everything = Object.fromEntries(caseObjectNames.map((object) => [object, ["Read"] as const]));
  org.ids.set("every object", await createSet(org, "every object", { objects: everything }));
  for (const [name, { sets, muting, requiresActivation }] of Object.entries(facts.permissionSetGroups ?? {})) {
    const group = await org.create("PermissionSetGroup", {
      DeveloperName: org.unique(name),
      MasterLabel: name,
      HasActivationRequired: requiresActivation ?? false,
    });
    org.ids.set(name, group);
    const components = sets.map((set) => org.id(set));
    if (muting !== undefined) {
      const names = { DeveloperName: org.unique(`${name}_muting`), MasterLabel: `${name} muting` };
      const mutingId = await org.create("MutingPermissionSet", names);
      await addObjects(org, mutingId, muting);
      components.push(mutingId);
    }
    for (const PermissionSetId of components) {
      await org.create("PermissionSetGroupComponent", { PermissionSetGroupId: group, PermissionSetId });
    }
  }
}

async function createSet(org: CaseOrg, name: string, set: PermissionSet): Promise<string> {
  const id = await org.create("PermissionSet", {
    Name: org.unique(name),
    Label: name,
    HasActivationRequired: set.requiresActivation ?? false,
    PermissionsApiEnabled: true,
    PermissionsViewAllData: set.system?.includes("ViewAllData") ?? false,
    PermissionsModifyAllData: set.system?.includes("ModifyAllData") ?? false,
  });
  await addObjects(org, id, set);
  return id;
}

async function addObjects(org: CaseOrg, ParentId: string, { objects = {} }: PermissionSet): Promise<void> {
  await org.createAll(
    Object.entries(objects).map(([SobjectType, permissions]) => ({
      type: "ObjectPermissions",
      ParentId,
      SobjectType,
      PermissionsRead: permissions.includes("Read"),
      PermissionsViewAllRecords: permissions.includes("ViewAll"),
      PermissionsModifyAllRecords: permissions.includes("ModifyAll"),
    })),
  );
}

export const pendingRoles = (org: CaseOrg, facts: SharingFacts): readonly Pending[] =>
  Object.entries(facts.roles ?? {}).map(([name, role]) => ({
    name,
    needs: [role.parent, role.portal?.account],
    make: () => (role.portal === undefined ? createRole(org, name, role) : createPortalRole(org, role)),
  }));

function createRole(org: CaseOrg, name: string, { parent, contact, opportunity, case: ticket }: Role): Promise<string> {
  return org.create("UserRole", {
    Name: name,
    DeveloperName: org.unique(name),
    ParentRoleId: parent === undefined ? null : org.id(parent),
    ContactAccessForAccountOwner: contact ?? "None",
    OpportunityAccessForAccountOwner: opportunity ?? "None",
    CaseAccessForAccountOwner: ticket ?? "None",
  });
}

async function createPortalRole(org: CaseOrg, { parent, portal }: Role): Promise<string> {
  const body = {
    account: org.id(portal?.account ?? ""),
    type: portal?.type,
    rank: portal?.rank,
    ...(parent === undefined ? {} : { parent: org.id(parent) }),
  };
  return ((await org.control("portal-roles", body)) as { id: string }).id;
}

export const pendingUsers = (org: CaseOrg, facts: SharingFacts): readonly Pending[] =>
  Object.entries(facts.users).map(([name, user]) => ({
    name,
    needs: [user.role, user.account, user.contact],
    make: () => createUser(org, { name, user, facts }),
  }));

interface UserParts {
  readonly name: string;
  readonly user: User;
  readonly facts: SharingFacts;
}

async function createUser(org: CaseOrg, parts: UserParts): Promise<string> {
  const { name, user } = parts;
  const { type = "Standard", role, displayName = name, email = "user@case.example" } = user;
  const id = await org.create("User", {
    Username: `${org.unique(name)}@case.example`,
    LastName: displayName,
    Email: email,
    Alias: name.slice(0, 8),
    CommunityNickname: org.unique(name),
    TimeZoneSidKey: "GMT",
    LocaleSidKey: "en_US",
    LanguageLocaleKey: "en_US",
    EmailEncodingKey: "UTF-8",
    ProfileId: await org.sharedId("Profile", `Name = '${profiles[type] ?? ""}'`),
    UserRoleId: role === undefined ? null : org.id(role),
    ...(external.includes(type) ? { ContactId: await contactOf(org, parts) } : {}),
  });
  await assign(org, id, { of: user.profile ?? "every object" });
  for (const assignment of user.assigned ?? []) await assign(org, id, assignment);
  return id;
}

/** The contact of an external user. Unless the case names it, it is made for the owner of the account, with an account if need be. */
async function contactOf(org: CaseOrg, { name, user: { contact, account }, facts }: UserParts): Promise<string> {
  if (contact !== undefined) return org.id(contact);
  if (account === undefined) {
    // Salesforce requires that the account's owner has a role.
    const OwnerId = await org.sharedId("User", "UserType = 'Standard' AND IsActive = true AND UserRoleId != null");
    const AccountId = await org.create("Account", { Name: `Account of ${name}`, OwnerId });
    return org.create("Contact", { LastName: name, AccountId });
  }
  const OwnerId = org.id(facts.records[account]?.owner ?? "");
  return org.create("Contact", { LastName: name, AccountId: org.id(account), OwnerId });
}

async function assign(org: CaseOrg, AssigneeId: string, assignment: Assignment): Promise<void> {
  const assigned = org.id(assignment.of);
  const day = 86_400_000;
  const at = org.simulator.org.clock.now() + (assignment.expires === "past" ? -day : day);
  const id = await org.create("PermissionSetAssignment", {
    AssigneeId,
    ...(assigned.startsWith("0PG") ? { PermissionSetGroupId: assigned } : { PermissionSetId: assigned }),
    ...(assignment.expires === undefined ? {} : { ExpirationDate: new Date(at).toISOString() }),
  });
  if (assignment.active === false) org.setColumn("PermissionSetAssignment", id, `"IsActive" = 0`);
  if (assignment.revoked) org.setColumn("PermissionSetAssignment", id, `"IsRevoked" = 1`);
}

export async function loadManagers(org: CaseOrg, facts: SharingFacts): Promise<void> {
  for (const [name, { manager }] of Object.entries(facts.users)) {
    if (manager !== undefined) await org.update("User", org.id(name), { ManagerId: org.id(manager) });
  }
}

/** Deactivates and freezes users, after everything was made while they were active. */
export async function endUsers(org: CaseOrg, facts: SharingFacts): Promise<void> {
  for (const [name, { active, frozen }] of Object.entries(facts.users)) {
    if (active === false) await org.update("User", org.id(name), { IsActive: false });
    if (frozen) {
      await org.update("UserLogin", await org.idWhere("UserLogin", `UserId = '${org.id(name)}'`), { IsFrozen: true });
    }
  }
}
