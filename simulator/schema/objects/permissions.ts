import { defineObject } from "../define-object.ts";

// Field names: Object Reference for the Salesforce Platform, the page of each object. All of them require "View Setup and Configuration".

const systemPermissions = `
    PermissionsApiEnabled: boolean
    PermissionsViewAllData: boolean
    PermissionsModifyAllData: boolean
    PermissionsViewSetup: boolean
    PermissionsViewRoles: boolean
    PermissionsManageUsers: boolean
    PermissionsViewAllUsers: boolean
    PermissionsQueryAllFiles: boolean
    PermissionsViewRestrictionAndScopingRules: boolean
    PermissionsMutualAuthentication: boolean`;

/** The names of the fields with system permissions. */
export const permissionFields = [...systemPermissions.matchAll(/Permissions\w+/gu)].map(([name]) => name);

const permissionSet = defineObject("PermissionSet", {
  prefix: "0PS",
  system: "kept",
  access: "ViewSetup",
  fields: `
    Name: string(80) name required
    Label: string(80) required
    LicenseId: string(18)
    ProfileId: reference(Profile) rel=Profile keep readonly
    IsOwnedByProfile: boolean readonly
    IsCustom: boolean readonly
    Type: picklist(Regular|Standard|Session|Group|Profile) readonly
    PermissionSetGroupId: reference(PermissionSetGroup) rel=PermissionSetGroup keep readonly
    Description: string(255)
    NamespacePrefix: string(15) readonly
    HasActivationRequired: boolean
    ${systemPermissions.trim()}`,
});

const permissionSetAssignment = defineObject("PermissionSetAssignment", {
  prefix: "0Pa",
  system: "bare",
  access: "ViewSetup",
  traits: "fixed noreplicate",
  fields: `
    PermissionSetId: reference(PermissionSet) rel=PermissionSet children=Assignments cascade
    PermissionSetGroupId: reference(PermissionSetGroup) rel=PermissionSetGroup children=Assignments cascade
    AssigneeId: reference(User) rel=Assignee children=PermissionSetAssignments keep required
    SystemModstamp: datetime readonly system
    ExpirationDate: datetime
    IsActive: boolean readonly
    IsRevoked: boolean readonly`,
});

const permissionSetGroup = defineObject("PermissionSetGroup", {
  prefix: "0PG",
  access: "ViewSetup",
  fields: `
    DeveloperName: string(80) name required
    Language: picklist(en_US)
    MasterLabel: string(80) required
    NamespacePrefix: string(15) readonly
    Description: string(255)
    Status: picklist(Updated|Outdated|Updating|Failed)
    HasActivationRequired: boolean`,
});

const permissionSetGroupComponent = defineObject("PermissionSetGroupComponent", {
  prefix: "0PH",
  access: "ViewSetup",
  traits: "fixed",
  fields: `
    PermissionSetGroupId: reference(PermissionSetGroup) rel=PermissionSetGroup children=PermissionSetGroupComponents cascade required
    PermissionSetId: reference(PermissionSet,MutingPermissionSet) rel=PermissionSet children=PermissionSetGroupComponents cascade required`,
});

const mutingPermissionSet = defineObject("MutingPermissionSet", {
  prefix: "0QM",
  access: "ViewSetup",
  fields: `
    DeveloperName: string(80) name required
    Language: picklist(en_US)
    MasterLabel: string(80) required
    Description: string(255)
    ${systemPermissions.trim()}`,
});

const objectPermissions = defineObject("ObjectPermissions", {
  prefix: "110",
  plural: "Object Permissions",
  system: "kept",
  access: "ViewSetup",
  fields: `
    ParentId: reference(PermissionSet,MutingPermissionSet) rel=Parent leads=PermissionSet children=ObjectPerms cascade required once
    SobjectType: picklist() required once
    PermissionsCreate: boolean
    PermissionsRead: boolean
    PermissionsEdit: boolean
    PermissionsDelete: boolean
    PermissionsViewAllRecords: boolean
    PermissionsModifyAllRecords: boolean
    PermissionsViewAllFields: boolean`,
});

const fieldPermissions = defineObject("FieldPermissions", {
  prefix: "01k",
  plural: "Field Permissions",
  system: "bare",
  access: "ViewSetup",
  traits: "noreplicate",
  fields: `
    ParentId: reference(PermissionSet,MutingPermissionSet) rel=Parent leads=PermissionSet children=FieldPerms cascade required once
    SobjectType: picklist() required once
    Field: picklist() required once
    PermissionsEdit: boolean
    PermissionsRead: boolean
    SystemModstamp: datetime readonly system`,
});

export const permissionObjects = [
  permissionSet,
  permissionSetAssignment,
  permissionSetGroup,
  permissionSetGroupComponent,
  mutingPermissionSet,
  objectPermissions,
  fieldPermissions,
];
