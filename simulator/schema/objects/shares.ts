import { defineObject } from "../define-object.ts";
import type { ObjectDefinition } from "../object-definition.ts";

// An org has a share object if the organization-wide default of its object is not the most open one ("Sharing a Record", Apex Developer
// Guide; Object Reference, "AccountShare"). Each org hides the other share objects (sharing-settings.ts).

const causes =
  "Owner|Manual|Rule|ImplicitChild|ImplicitParent|Team|Territory|TerritoryRule|Territory2AssociationManual|GuestRule|PortalImplicit|RelatedPortalUser";

interface ShareTraits {
  readonly prefix: string;
  readonly parentField: string;
  readonly levels: readonly string[];
}

function shareObject(parent: string, { prefix, parentField, levels }: ShareTraits): ObjectDefinition {
  const name = parent.endsWith("__c") ? `${parent.slice(0, -1)}Share` : `${parent}Share`;
  const relationship = parentField === "ParentId" ? "Parent" : parent;
  const levelFields = levels.map((level) => `    ${level}: picklist(None|Read|Edit|All) required`).join("\n");
  return defineObject(name, {
    prefix,
    system: "share",
    access: `parent:${parent}`,
    traits: "noreplicate",
    fields: `
    ${parentField}: reference(${parent}) rel=${relationship} children=Shares cascade required once
    UserOrGroupId: reference(Group,User) rel=UserOrGroup keep required once
${levelFields}
    RowCause: picklist(${causes}) once`,
  });
}

export const shareObjects: readonly ObjectDefinition[] = [
  shareObject("Account", {
    prefix: "00r",
    parentField: "AccountId",
    levels: ["AccountAccessLevel", "OpportunityAccessLevel", "CaseAccessLevel", "ContactAccessLevel"],
  }),
  shareObject("Contact", { prefix: "03s", parentField: "ContactId", levels: ["ContactAccessLevel"] }),
  shareObject("Opportunity", { prefix: "00t", parentField: "OpportunityId", levels: ["OpportunityAccessLevel"] }),
  shareObject("Case", { prefix: "01n", parentField: "CaseId", levels: ["CaseAccessLevel"] }),
  shareObject("Lead", { prefix: "01o", parentField: "LeadId", levels: ["LeadAccessLevel"] }),
  shareObject("Campaign", { prefix: "08s", parentField: "CampaignId", levels: ["CampaignAccessLevel"] }),
  shareObject("Project__c", { prefix: "a0A", parentField: "ParentId", levels: ["AccessLevel"] }),
  shareObject("Installation__c", { prefix: "a0B", parentField: "ParentId", levels: ["AccessLevel"] }),
  shareObject("Survey_Response__c", { prefix: "a0C", parentField: "ParentId", levels: ["AccessLevel"] }),
];
