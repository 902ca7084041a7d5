import { defineObject } from "../define-object.ts";
import { permissionFields } from "./permissions.ts";

// Field names: Object Reference for the Salesforce Platform, the page of each object.

/** A profile has the permissions of its permission set. */
const profilePermissions = permissionFields
  .map(
    (name) =>
      `    ${name}: boolean readonly formula=coalesce((SELECT s."${name}" FROM "PermissionSet" s WHERE s."ProfileId" = {Id} AND s."IsOwnedByProfile" = 1), 0)`,
  )
  .join("\n");

const user = defineObject("User", {
  prefix: "005",
  system: "kept",
  access: "everyone",
  traits: "search nodelete",
  fields: `
    Username: string(80) required unique
    LastName: string(80) required
    FirstName: string(40)
    Name: string(121) name readonly derived=trim(coalesce("FirstName" || ' ', '') || coalesce("LastName", ''))
    CompanyName: string(80)
    Division: string(80)
    Department: string(80)
    Title: string(80)
    Address: address
    Email: email required
    Phone: phone
    MobilePhone: phone
    Alias: string(8) required
    CommunityNickname: string(40) required
    IsActive: boolean
    TimeZoneSidKey: picklist(Europe/London|Europe/Paris|Europe/Berlin|America/New_York|America/Los_Angeles|Asia/Tokyo|GMT) required
    UserRoleId: reference(UserRole) rel=UserRole keep
    LocaleSidKey: picklist(en_US|en_GB|de_DE|fr_FR|es_ES|ja_JP|ar) required
    EmailEncodingKey: picklist(UTF-8|ISO-8859-1) required
    ProfileId: reference(Profile) rel=Profile children=Users keep required
    UserType: picklist(Standard|PowerPartner|PowerCustomerSuccess|CustomerSuccess|CspLitePortal|Guest|AutomatedProcess|CloudIntegrationUser|CsnOnly) readonly
    LanguageLocaleKey: picklist(en_US|de|fr|es|ja|ar) required
    EmployeeNumber: string(20)
    ManagerId: reference(User) rel=Manager keep
    LastLoginDate: datetime readonly
    ContactId: reference(Contact) rel=Contact keep once
    AccountId: reference(Account) rel=Account children=Users keep readonly
    FederationIdentifier: string(512) nogroup
    AboutMe: textarea(1000) nofilter
    SmallPhotoUrl: url readonly
    FullPhotoUrl: url readonly
    IsPortalEnabled: boolean
    PortalRole: picklist(Executive|Manager|Worker|PersonAccount) readonly`,
});

const userRole = defineObject("UserRole", {
  prefix: "00E",
  label: "Role",
  system: "bare",
  access: "ViewRoles",
  traits: "noreplicate",
  fields: `
    Name: string(80) name required
    ParentRoleId: string(18)
    RollupDescription: string(80)
    OpportunityAccessForAccountOwner: picklist(None|Read|Edit)
    CaseAccessForAccountOwner: picklist(None|Read|Edit)
    ContactAccessForAccountOwner: picklist(None|Read|Edit)
    ForecastUserId: string(18)
    MayForecastManagerShare: boolean readonly
    LastModifiedDate: datetime readonly system
    LastModifiedById: reference(User) rel=LastModifiedBy keep readonly system required
    SystemModstamp: datetime readonly system
    DeveloperName: string(80)
    PortalAccountId: string(18) readonly
    PortalType: picklist(None|CustomerPortal|Partner) readonly
    PortalRole: picklist(Executive|Manager|Worker|PersonAccount) readonly
    PortalAccountOwnerId: string(18) readonly`,
});

const profile = defineObject("Profile", {
  prefix: "00e",
  system: "kept",
  access: "everyone",
  traits: "nodelete noreplicate",
  fields: `
    Name: string(255) name required
    UserType: picklist(Standard|PowerPartner|PowerCustomerSuccess|CustomerSuccess|CspLitePortal|Guest|AutomatedProcess|CloudIntegrationUser|CsnOnly) readonly
    UserLicenseId: reference(UserLicense) rel=UserLicense keep readonly
    Description: string(255)
${profilePermissions}`,
});

const group = defineObject("Group", {
  prefix: "00G",
  system: "kept",
  access: "everyone",
  fields: `
    Name: string(40) name
    DeveloperName: string(80)
    RelatedId: reference(User,UserRole,Territory2) rel=Related keep
    Type: picklist(Regular|Role|RoleAndSubordinates|RoleAndSubordinatesInternal|Organization|Queue|Manager|ManagerAndSubordinatesInternal|Territory|TerritoryAndSubordinates|AllCustomerPortal|PRMOrganization) required
    Email: email
    OwnerId: reference(Organization,User) rel=Owner keep
    DoesSendEmailToMembers: boolean
    DoesIncludeBosses: boolean
    Description: string(255)`,
});

const groupMember = defineObject("GroupMember", {
  prefix: "011",
  system: "bare",
  access: "everyone",
  traits: "fixed noreplicate",
  fields: `
    GroupId: reference(Group) rel=Group children=GroupMembers cascade required
    UserOrGroupId: reference(Group,User) rel=UserOrGroup cascade required
    SystemModstamp: datetime readonly system`,
});

const userLogin = defineObject("UserLogin", {
  prefix: "0Yw",
  system: "bare",
  access: "ManageUsers",
  traits: "nodelete noreplicate",
  fields: `
    UserId: reference(User) rel=User keep readonly
    IsFrozen: boolean
    IsPasswordLocked: boolean
    LastModifiedDate: datetime readonly system
    LastModifiedById: reference(User) rel=LastModifiedBy keep readonly system required`,
});

const collaborationGroup = defineObject("CollaborationGroup", {
  prefix: "0F9",
  label: "Group",
  access: "everyone",
  traits: "search",
  fields: `
    Name: string(40) name required
    Description: textarea(1000) nofilter
    CollaborationType: picklist(Public|Private|Unlisted) required
    OwnerId: reference(User) rel=Owner keep required
    MemberCount: int readonly
    IsArchived: boolean`,
});

const collaborationGroupMember = defineObject("CollaborationGroupMember", {
  prefix: "0FB",
  label: "Group Member",
  system: "kept",
  access: "everyone",
  fields: `
    CollaborationGroupId: reference(CollaborationGroup) rel=CollaborationGroup children=GroupMembers cascade required once
    MemberId: reference(User) rel=Member children=GroupMemberships keep required once
    CollaborationRole: picklist(Standard|Admin)`,
});

export const personObjects = [
  user,
  userRole,
  profile,
  group,
  groupMember,
  userLogin,
  collaborationGroup,
  collaborationGroupMember,
];
