import { defineObject } from "../define-object.ts";
import type { ObjectDefinition } from "../object-definition.ts";

// Field names: Tooling API, "RestrictionRule", "FieldDefinition". FieldDefinition and EntityDefinition (setup.ts) are objects of both APIs.

const restrictionRule = defineObject("RestrictionRule", {
  prefix: "7jO",
  system: "kept",
  access: "ViewRestrictionAndScopingRules",
  traits: "tooling readonly noreplicate nobulk",
  fields: `
    DeveloperName: string(80) name required
    MasterLabel: string(80) required
    Language: picklist(en_US)
    NamespacePrefix: string(15) readonly
    Description: string(255)
    EnforcementType: picklist(Restrict|Scoping) required
    IsActive: boolean
    TargetEntity: string(80) required
    UserCriteria: string(4000) required
    RecordFilter: string(4000) required
    Version: int`,
});

// One row for each field. As in Salesforce, the Id is not a record id; DurableId names object and field.
const fieldDefinition = defineObject("FieldDefinition", {
  prefix: "4ig",
  system: "bare",
  access: "everyone",
  traits: "readonly noreplicate nobulk",
  fields: `
    DurableId: string(255)
    QualifiedApiName: string(70)
    EntityDefinitionId: string(255)
    DeveloperName: string(255)
    MasterLabel: string(120)
    Label: string(100)
    DataType: string(255)
    Length: int
    Precision: int
    Scale: int
    RelationshipName: string(80)
    IsNameField: boolean
    IsNillable: boolean
    IsIndexed: boolean
    IsCalculated: boolean
    IsCompound: boolean
    IsHighScaleNumber: boolean
    IsHtmlFormatted: boolean
    IsApiFilterable: boolean
    IsApiGroupable: boolean
    IsApiSortable: boolean
    NamespacePrefix: string(15) readonly`,
});

/** `EntityDefinitionId` contains a DurableId, not a record id. */
function withEntityRelationship(object: ObjectDefinition): ObjectDefinition {
  const fields = object.fields.map((field) =>
    field.name === "EntityDefinitionId"
      ? { ...field, referenceTo: ["EntityDefinition"], relationshipName: "EntityDefinition" }
      : field,
  );
  return { ...object, fields, fieldsByName: new Map(fields.map((field) => [field.name.toLowerCase(), field])) };
}

export const toolingObjects = [restrictionRule, withEntityRelationship(fieldDefinition)];
