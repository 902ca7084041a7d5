import type { SalesforceDocument } from "./sharing-case.ts";

// The documents that the cases cite. A document without an address was read in a copy that does not name it.

const developer = "https://developer.salesforce.com/docs";
const help = "https://help.salesforce.com/s/articleView?id=";
const objectReference = `${developer}/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_`;
const underTheHood = `${developer}/platform/salesforce-record-access-under-the-hood/guide`;

const objectPage = (object: string): SalesforceDocument => ({
  title: `Object Reference: ${object}`,
  address: `${objectReference}${object.toLowerCase()}.htm`,
});

export const documents = {
  accessGrants: { title: "Record Access Under the Hood: Access Grants", address: `${underTheHood}/uth-grants.html` },
  databaseArchitecture: {
    title: "Record Access Under the Hood: Database Architecture",
    address: `${underTheHood}/uth-arch.html`,
  },
  sharingRows: { title: "Record Access Under the Hood: Sharing Rows", address: `${underTheHood}/uth-entity.html` },
  implicitSharing: {
    title: "Designing Record Access for Enterprise Scale: Implicit Sharing",
    address: `${developer}/atlas.en-us.draes.meta/draes/draes_object_relationships_implicit_sharing.htm`,
  },
  apexSharing: {
    title: "Apex Developer Guide: Understanding Sharing",
    address: `${developer}/atlas.en-us.apexcode.meta/apexcode/apex_bulk_sharing_understanding.htm`,
  },
  roleHierarchy: { title: "Salesforce Security Guide: User Role Hierarchy" },
  roleGuidelines: { title: "Guidelines for Success with Roles", address: `${help}platform.setup_roles_guidelines.htm` },
  defaultAccess: {
    title: "Organization-Wide Default Access Settings",
    address: `${help}sf.sharing_model_fields.htm`,
  },
  defaultSharing: { title: "Salesforce Security Guide: Organization-Wide Sharing Defaults" },
  externalDefaults: {
    title: "External Organization-Wide Defaults Overview",
    address: `${help}platform.security_owd_external.htm`,
  },
  guestUsers: {
    title: "Secure Guest Users’ Sharing Settings and Record Access",
    address: `${help}platform.networks_secure_guest_user_sharing.htm`,
  },
  managerGroups: { title: "Sharing Records with Manager Groups", address: `${help}platform.users_managers_only.htm` },
  queues: { title: "Create Queues", address: `${help}service.setting_up_queues.htm` },
  queueHierarchy: {
    title: "Grant Access Using Hierarchies by Default in New Queues",
    address: `${help}platform.security_sharing_queue_hierarchy.htm`,
  },
  queueReleaseNote: {
    title: "Release Notes: Choose Whether to Grant Access Using Role Hierarchies for Queues",
    address: "https://help.salesforce.com/apex/HTViewHelpDoc?id=release-notes.rn_sharing.htm",
  },
  toolingGroup: {
    title: "Tooling API: Group",
    address: `${developer}/platform/api-tooling/references/tooling-objects/tooling-group.html`,
  },
  viewAllRecords: {
    title: "View All Records Does Not Automatically Grant Access to Related Parent or Child Objects (000240369)",
    address: `${help}000240369`,
  },
  privateContacts: { title: "Unable to See Some Salesforce Contacts (000384762)", address: `${help}000384762` },
  contactSharing: {
    title: "Considerations for Sharing and Accessing Contacts",
    address: "https://help.salesforce.com/apex/HTViewHelpDoc?id=sales.contacts_sharing_considerations.htm",
  },
  relationships: { title: "Considerations for Relationships (Many-to-Many Relationships)" },
  viewAndModifyAll: { title: "“View All” and “Modify All” Permissions Overview", titleOnly: true },
  objectPermissions: { title: "Salesforce Security Guide: Object Permissions" },
  mutingTrail: {
    title: "Trailhead: Mute Permissions in Permission Set Groups",
    address:
      "https://trailhead.salesforce.com/content/learn/modules/permission-set-groups/mute-permissions-in-permission-set-groups",
  },
  sessionSets: { title: "Metadata API: PermissionSet (hasActivationRequired)" },
  freezeUsers: { title: "Freeze or Unfreeze User Accounts", titleOnly: true },
  deactivateUsers: {
    title: "Considerations for Deactivating Users",
    address: `${help}sf.users_deactivate_considerations.htm`,
  },
  partnerRoles: { title: "Partner User Roles", address: `${help}platform.networks_partner_roles_overview.htm` },
  restrictionRules: {
    title: "Restriction Rules Developer Guide: Considerations",
    address: `${developer}/atlas.en-us.restriction_rules.meta/restriction_rules/restriction_rules_considerations.htm`,
  },
  scopingRules: { title: "Scoping Rules Developer Guide" },
  territoryAccess: {
    title: "Define Default User Access for Territory Records",
    address: "https://help.salesforce.com/apex/HTViewHelpDoc?id=sales.tm2_define_default_record_access.htm",
  },
  whoSeesFiles: {
    title: "Who Can See My File?",
    address: "https://help.salesforce.com/apex/HTViewHelpDoc?id=collab_files_settings_perms.htm",
  },
  fileVisibility: {
    title: "Default visibility for files shared on records (000384243)",
    address: `${help}000384243`,
  },
  accountShare: objectPage("AccountShare"),
  contactShare: objectPage("ContactShare"),
  opportunityShare: objectPage("OpportunityShare"),
  caseShare: objectPage("CaseShare"),
  contentDocument: objectPage("ContentDocument"),
  contentDocumentLink: objectPage("ContentDocumentLink"),
  group: objectPage("Group"),
  groupMember: objectPage("GroupMember"),
  mutingPermissionSet: objectPage("MutingPermissionSet"),
  opportunity: objectPage("Opportunity"),
  permissionSetAssignment: objectPage("PermissionSetAssignment"),
  permissionSetGroup: objectPage("PermissionSetGroup"),
  territory: objectPage("Territory2"),
  userRecordAccess: objectPage("UserRecordAccess"),
  userRole: objectPage("UserRole"),
} as const satisfies Record<string, SalesforceDocument>;
