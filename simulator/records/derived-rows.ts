import type { ObjectDefinition } from "../schema/object-definition.ts";
import { stages } from "../schema/objects/sales.ts";
import type { OrgDatabase } from "../storage/org-database.ts";
import type { StoredValue } from "./field-values.ts";

// Fields and rows that Salesforce sets when a record is written.

/** By column. */
export type RowValues = Record<string, StoredValue>;

/** Adds derived values to the values of a write. `now` is its timestamp. */
export function addDerivedValues(
  object: ObjectDefinition,
  values: RowValues,
  { now, previous }: { now: number; previous: RowValues | undefined },
): void {
  switch (object.name) {
    case "Opportunity":
      deriveOpportunity(values);
      break;
    case "Case":
      if (typeof values["Status"] === "string") {
        values["ClosedDate"] = values["Status"] === "Closed" ? now : null;
      }
      break;
    case "Account":
      derivePersonAccount(values, previous);
      break;
    case "Event":
      if (typeof values["StartDateTime"] === "number") values["ActivityDateTime"] ??= values["StartDateTime"];
      break;
    default:
  }
}

/** The probability follows from the stage unless it is set. */
function deriveOpportunity(values: RowValues): void {
  const stage = stages.find(({ name }) => name === values["StageName"]);
  if (stage !== undefined) values["Probability"] ??= stage.probability;
}

/** The name of a person account is the name of the person. */
function derivePersonAccount(values: RowValues, previous: RowValues | undefined): void {
  const last = values["LastName"] ?? previous?.["LastName"];
  if (typeof last !== "string") return;
  const first = values["FirstName"] ?? previous?.["FirstName"];
  values["Name"] = typeof first === "string" ? `${first} ${last}` : last;
  values["IsPersonAccount"] = 1;
}

interface ShareTable {
  readonly share: string;
  readonly parentField: string;
  readonly levels: readonly string[];
}

const shareTables: Readonly<Record<string, ShareTable>> = {
  Account: {
    share: "AccountShare",
    parentField: "AccountId",
    levels: ["AccountAccessLevel", "OpportunityAccessLevel", "CaseAccessLevel", "ContactAccessLevel"],
  },
  Opportunity: { share: "OpportunityShare", parentField: "OpportunityId", levels: ["OpportunityAccessLevel"] },
  Case: { share: "CaseShare", parentField: "CaseId", levels: ["CaseAccessLevel"] },
  Campaign: { share: "CampaignShare", parentField: "CampaignId", levels: ["CampaignAccessLevel"] },
  Project__c: { share: "Project__Share", parentField: "ParentId", levels: ["AccessLevel"] },
  Installation__c: { share: "Installation__Share", parentField: "ParentId", levels: ["AccessLevel"] },
};

function shareTableOf(object: string): ShareTable | undefined {
  return Object.hasOwn(shareTables, object) ? shareTables[object] : undefined;
}

/**
 * Sets the share row of the owner and deletes manual share rows, as on a change of owner (Object Reference, "AccountShare"). The timestamps of
 * the record do not change.
 */
export function shareWithOwner(
  database: OrgDatabase,
  { object, id, ownerId }: { object: string; id: string; ownerId: string },
  insert: (share: string, values: RowValues) => void,
): void {
  const table = shareTableOf(object);
  if (table === undefined) return;
  database.run(`DELETE FROM "${table.share}" WHERE "${table.parentField}" = ? AND "RowCause" IN ('Owner', 'Manual')`, [
    id,
  ]);
  const levels = Object.fromEntries(table.levels.map((level) => [level, "All"]));
  insert(table.share, { [table.parentField]: id, UserOrGroupId: ownerId, RowCause: "Owner", ...levels });
  database.touch(table.share);
}
