import { defineObject } from "../define-object.ts";

// Field names: Object Reference for the Salesforce Platform, "Organization", "RecordType", "EntityDefinition".

const organization = defineObject("Organization", {
  prefix: "00D",
  system: "kept",
  access: "everyone",
  traits: "nodelete noreplicate",
  fields: `
    Name: string(80) name required
    Division: string(80)
    Address: address
    Phone: phone
    PrimaryContact: string(80)
    DefaultLocaleSidKey: picklist(en_US|en_GB|de_DE)
    TimeZoneSidKey: picklist(Europe/London|America/Los_Angeles|GMT)
    LanguageLocaleKey: picklist(en_US|de)
    FiscalYearStartMonth: int
    UsesStartDateAsFiscalYearName: boolean
    DefaultAccountAccess: picklist(None|Read|Edit) readonly
    DefaultContactAccess: picklist(None|Read|Edit|ControlledByParent) readonly
    DefaultOpportunityAccess: picklist(None|Read|Edit) readonly
    DefaultLeadAccess: picklist(None|Read|Edit|ReadEditTransfer) readonly
    DefaultCaseAccess: picklist(None|Read|Edit|ReadEditTransfer) readonly
    DefaultCampaignAccess: picklist(None|Read|Edit|All) readonly
    DefaultCalendarAccess: picklist(HideDetails|HideDetailsInsert|ShowDetails|ShowDetailsInsert|AllowEdits) readonly
    DefaultPricebookAccess: picklist(None|Read|ReadSelect) readonly
    OrganizationType: picklist(Developer Edition|Enterprise Edition|Unlimited Edition) readonly
    InstanceName: string(5) readonly
    IsSandbox: boolean readonly
    NamespacePrefix: string(15) readonly
    TrialExpirationDate: datetime readonly`,
});

const recordType = defineObject("RecordType", {
  prefix: "012",
  system: "kept",
  access: "everyone",
  traits: "nodelete noreplicate",
  fields: `
    Name: string(80) name required
    DeveloperName: string(80) required
    NamespacePrefix: string(15) readonly
    Description: string(255)
    SobjectType: picklist() required once
    IsActive: boolean
    IsPersonType: boolean readonly`,
});

// One row for each object. As in Salesforce, the Id is not a record id; DurableId names the object.
const entityDefinition = defineObject("EntityDefinition", {
  prefix: "4ie",
  system: "bare",
  access: "everyone",
  traits: "readonly noreplicate",
  fields: `
    DurableId: string(255)
    QualifiedApiName: string(70)
    DeveloperName: string(255)
    MasterLabel: string(120)
    Label: string(100)
    PluralLabel: string(100)
    KeyPrefix: string(3)
    NamespacePrefix: string(15)
    IsQueryable: boolean
    IsSearchable: boolean
    IsReplicateable: boolean
    IsRetrieveable: boolean
    IsCustomSetting: boolean
    IsCustomizable: boolean
    IsDeprecatedAndHidden: boolean
    IsWorkflowEnabled: boolean
    InternalSharingModel: picklist(Private|Read|ReadSelect|ReadWrite|ReadWriteTransfer|FullAccess|ControlledByParent|ControlledByCampaign|ControlledByLeadOrContact)
    ExternalSharingModel: picklist(Private|Read|ReadSelect|ReadWrite|ReadWriteTransfer|FullAccess|ControlledByParent|ControlledByCampaign|ControlledByLeadOrContact)
    LastModifiedDate: datetime readonly system`,
});

export const setupObjects = [organization, recordType, entityDefinition];
