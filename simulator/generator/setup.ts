import type { FieldDefinition, FieldType } from "../schema/field-definition.ts";
import { wellKnownIds } from "../schema/well-known-ids.ts";
import type { OrgBuilder } from "./org-builder.ts";

const at = Date.UTC(2019, 0, 1);
const stamps = {
  CreatedDate: at,
  LastModifiedDate: at,
  SystemModstamp: at,
  CreatedById: wellKnownIds.adminUser,
  LastModifiedById: wellKnownIds.adminUser,
};

/** Record type ids by `Object.DeveloperName`. */
export type RecordTypes = ReadonlyMap<string, string>;

/** Writes the organization, record types, entity definitions and custom settings. */
export function writeSetup(org: OrgBuilder): RecordTypes {
  org.table("Organization").add({
    ...stamps,
    Name: "Simulated Company",
    Street: "1 Simulator Way",
    City: "Berlin",
    Country: "Germany",
    PostalCode: "10115",
    DefaultLocaleSidKey: "en_US",
    TimeZoneSidKey: "America/Los_Angeles",
    LanguageLocaleKey: "en_US",
    FiscalYearStartMonth: 2,
    UsesStartDateAsFiscalYearName: 0,
    DefaultAccountAccess: "None",
    DefaultContactAccess: "ControlledByParent",
    DefaultOpportunityAccess: "None",
    DefaultLeadAccess: "ReadEditTransfer",
    DefaultCaseAccess: "None",
    DefaultCampaignAccess: "Read",
    DefaultCalendarAccess: "HideDetails",
    DefaultPricebookAccess: "ReadSelect",
    OrganizationType: "Enterprise Edition",
    InstanceName: "SIM1",
  });
  writeEntityDefinitions(org);
  writeFieldDefinitions(org);
  for (const [index, owner] of [wellKnownIds.organization, wellKnownIds.adminProfile].entries()) {
    org.table("Regional_Settings__c").add({
      ...stamps,
      SetupOwnerId: owner,
      Name: `Regional settings ${index}`,
      Default_Currency__c: "EUR",
      Approval_Limit__c: 10_000 * (index + 1),
      Escalate__c: index,
    });
  }
  return writeRecordTypes(org);
}

function writeRecordTypes(org: OrgBuilder): RecordTypes {
  const types = [
    "Account.Business",
    "Account.PersonAccount",
    "Opportunity.New_Business",
    "Opportunity.Renewal",
    "Case.Support",
    "Case.Complaint",
    "Lead.Inbound",
    "Contact.Customer",
    "Campaign.Event",
  ];
  return new Map(
    types.map((type) => {
      const [object, name] = type.split(".");
      const id = org.table("RecordType").add({
        ...stamps,
        Name: (name ?? "").replace("_", " "),
        DeveloperName: name ?? null,
        SobjectType: object ?? null,
        IsActive: 1,
        IsPersonType: name === "PersonAccount" ? 1 : 0,
      });
      return [type, id];
    }),
  );
}

function writeEntityDefinitions(org: OrgBuilder): void {
  const table = org.table("EntityDefinition");
  for (const object of org.schema.objects) {
    if (object.name === "EntityDefinition" || object.tooling) continue;
    table.add({
      DurableId: object.name,
      QualifiedApiName: object.name,
      DeveloperName: object.name.replace(/__\w+$/u, ""),
      MasterLabel: object.label,
      Label: object.label,
      PluralLabel: object.labelPlural,
      KeyPrefix: object.prefix,
      IsQueryable: object.queryable ? 1 : 0,
      IsSearchable: object.searchable ? 1 : 0,
      IsReplicateable: object.replicateable ? 1 : 0,
      IsRetrieveable: 1,
      IsCustomSetting: object.customSetting ? 1 : 0,
      IsCustomizable: object.access.kind === "permission" ? 1 : 0,
      InternalSharingModel: object.internalSharing,
      ExternalSharingModel: object.externalSharing,
      LastModifiedDate: at,
    });
  }
}

/** FieldDefinition.DataType for each describe type. */
const dataTypes: Partial<Record<FieldType, string>> = {
  string: "Text",
  textarea: "Text Area",
  picklist: "Picklist",
  multipicklist: "Picklist (Multi-Select)",
  boolean: "Checkbox",
  int: "Number",
  double: "Number",
  currency: "Currency",
  percent: "Percent",
  date: "Date",
  datetime: "Date/Time",
  time: "Time",
  email: "Email",
  phone: "Phone",
  url: "URL",
  address: "Address",
  location: "Geolocation",
  encryptedstring: "Text (Encrypted)",
};

function dataTypeOf({ type, referenceTo, length }: FieldDefinition, master: boolean): string {
  if (type === "reference") return `${master ? "Master-Detail" : "Lookup"}(${referenceTo.join(",")})`.slice(0, 255);
  const word = dataTypes[type] ?? type;
  return type === "string" ? `${word}(${length})` : word;
}

function writeFieldDefinitions(org: OrgBuilder): void {
  const table = org.table("FieldDefinition");
  for (const object of org.schema.objects.filter(({ tooling }) => !tooling)) {
    for (const field of object.fields) {
      table.add({
        DurableId: `${object.name}.${field.name}`,
        QualifiedApiName: field.name,
        EntityDefinitionId: object.name,
        DeveloperName: field.name.replace(/__\w+$/u, ""),
        MasterLabel: field.label,
        Label: field.label,
        DataType: dataTypeOf(field, object.masters.includes(field)),
        Length: field.length,
        Precision: field.precision,
        Scale: field.scale,
        RelationshipName: field.relationshipName ?? null,
        ...fieldFlags(field),
      });
    }
  }
}

function fieldFlags(field: FieldDefinition): Record<string, number> {
  return {
    IsNameField: Number(field.nameField),
    IsNillable: Number(!field.required),
    IsIndexed: Number(field.type === "id" || field.type === "reference" || field.externalId),
    IsCalculated: Number(field.calculated),
    IsCompound: Number(field.type === "address" || field.type === "location"),
    IsHtmlFormatted: Number(field.htmlFormatted),
    IsApiFilterable: Number(field.filterable),
    IsApiGroupable: Number(field.groupable),
    IsApiSortable: Number(field.sortable),
  };
}
