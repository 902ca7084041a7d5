import { defineObject } from "../define-object.ts";
import type { ObjectDefinition } from "../object-definition.ts";

// Object Reference, "StandardObjectNameHistory", "OpportunityFieldHistory" and "Custom Object__History". In Salesforce all histories have the key prefix 017. Here
// each has a different prefix, so that ids are unique.

interface FieldHistory {
  readonly object: string;
  readonly history: string;
  readonly prefix: string;
  readonly parentField: string;
  readonly tracked: readonly string[];
}

/** The objects with field history tracking, and their tracked fields. */
export const fieldHistories: readonly FieldHistory[] = [
  {
    object: "Account",
    history: "AccountHistory",
    prefix: "017",
    parentField: "AccountId",
    tracked: ["Name", "Industry", "Rating", "OwnerId"],
  },
  {
    object: "Contact",
    history: "ContactHistory",
    prefix: "0h1",
    parentField: "ContactId",
    tracked: ["Email", "Title", "OwnerId"],
  },
  {
    object: "Opportunity",
    history: "OpportunityFieldHistory",
    prefix: "0h2",
    parentField: "OpportunityId",
    tracked: ["StageName", "Amount", "CloseDate", "OwnerId"],
  },
  { object: "Lead", history: "LeadHistory", prefix: "0h3", parentField: "LeadId", tracked: ["Status", "OwnerId"] },
  {
    object: "Case",
    history: "CaseHistory",
    prefix: "0h4",
    parentField: "CaseId",
    tracked: ["Status", "Priority", "OwnerId"],
  },
  {
    object: "Project__c",
    history: "Project__History",
    prefix: "0h5",
    parentField: "ParentId",
    tracked: ["Status__c", "Budget__c", "OwnerId"],
  },
];

function historyObject({ object, history, prefix, parentField }: FieldHistory): ObjectDefinition {
  return defineObject(history, {
    prefix,
    plural: history,
    system: "bare",
    access: `parent:${object}`,
    traits: "readonly noreplicate",
    sharing: "ControlledByParent",
    fields: `
    IsDeleted: boolean readonly system required
    ${parentField}: reference(${object}) rel=${parentField.replace(/Id$/u, "")} children=Histories cascade required
    CreatedById: reference(User) rel=CreatedBy keep readonly system required
    CreatedDate: datetime readonly system required
    Field: picklist() restricted
    DataType: picklist(Text|DynamicEnum|Currency|DateOnly|EntityId|Email)
    OldValue: anyType nofilter nogroup
    NewValue: anyType nofilter nogroup`,
  });
}

export const historyObjects: readonly ObjectDefinition[] = fieldHistories.map((history) => historyObject(history));
