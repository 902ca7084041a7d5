import { defineObject } from "../define-object.ts";

// Field names: Object Reference for the Salesforce Platform, the page of each object.

const userLicense = defineObject("UserLicense", {
  prefix: "100",
  system: "bare",
  access: "everyone",
  traits: "readonly noreplicate",
  fields: `
    LicenseDefinitionKey: string(40)
    TotalLicenses: int
    Status: picklist(Active|Disabled)
    UsedLicenses: int
    UsedLicensesLastUpdated: datetime
    Name: string(40) name
    MasterLabel: string(40)
    MonthlyLoginsUsed: int
    MonthlyLoginsEntitlement: int
    CreatedDate: datetime readonly system required
    LastModifiedDate: datetime readonly system required
    SystemModstamp: datetime readonly system required`,
});

const customPermission = defineObject("CustomPermission", {
  prefix: "0CP",
  system: "kept",
  access: "ViewSetup",
  traits: "noreplicate",
  fields: `
    DeveloperName: string(80) name required
    Language: picklist(en_US)
    MasterLabel: string(80) required
    NamespacePrefix: string(15) readonly
    IsProtected: boolean
    Description: string(255)`,
});

const setupEntityAccess = defineObject("SetupEntityAccess", {
  prefix: "0J0",
  plural: "Setup Entity Access",
  system: "bare",
  access: "ViewSetup",
  traits: "fixed noreplicate",
  fields: `
    ParentId: reference(PermissionSet,MutingPermissionSet) rel=Parent leads=PermissionSet children=SetupEntityAccessItems cascade required once
    SetupEntityId: reference(CustomPermission) rel=SetupEntity cascade required once
    SetupEntityType: picklist(CustomPermission) readonly
    SystemModstamp: datetime readonly system required`,
});

const queueSobject = defineObject("QueueSobject", {
  prefix: "03g",
  label: "Queue SObject",
  system: "bare",
  access: "everyone",
  traits: "fixed noreplicate",
  fields: `
    QueueId: reference(Group) rel=Queue children=QueueSobjects cascade required once
    SobjectType: picklist(Case|Lead|Project__c|Installation__c) required once
    CreatedById: reference(User) rel=CreatedBy keep readonly system required
    SystemModstamp: datetime readonly system required`,
});

export const licenseObjects = [userLicense, customPermission, setupEntityAccess, queueSobject];
