import type { ObjectDefinition } from "../schema/object-definition.ts";
import { stages } from "../schema/objects/sales.ts";
import type { OrgDatabase } from "../storage/org-database.ts";
import type { StoredValue } from "./field-values.ts";

// What Salesforce fills in by itself when a record is written, object by object.

/** Values of a row by column. */
export type RowValues = Record<string, StoredValue>;

/** Adds to the values of a write what follows from them. `now` is the write's stamp. */
export function completeValues(
  object: ObjectDefinition,
  values: RowValues,
  { now, previous }: { now: number; previous: RowValues | undefined },
): void {
  switch (object.name) {
    case "Opportunity":
      completeOpportunity(values);
      break;
    case "Case":
      if (typeof values["Status"] === "string") {
        values["ClosedDate"] = values["Status"] === "Closed" ? now : null;
      }
      break;
    case "Account":
      completePersonAccount(values, previous);
      break;
    case "Event":
      if (typeof values["StartDateTime"] === "number") values["ActivityDateTime"] ??= values["StartDateTime"];
      break;
    default:
  }
}

/** The stage brings its probability, unless the write brings one. */
function completeOpportunity(values: RowValues): void {
  const stage = stages.find(({ name }) => name === values["StageName"]);
  if (stage !== undefined) values["Probability"] ??= stage.probability;
}

/** A person account is named by its person. */
function completePersonAccount(values: RowValues, previous: RowValues | undefined): void {
  const last = values["LastName"] ?? previous?.["LastName"];
  if (typeof last !== "string") return;
  const first = values["FirstName"] ?? previous?.["FirstName"];
  values["Name"] = typeof first === "string" ? `${first} ${last}` : last;
  values["IsPersonAccount"] = 1;
}

/** The share object of an object, with its columns. */
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

/** The share table of an object, where it has one. */
function shareTableOf(object: string): ShareTable | undefined {
  return Object.hasOwn(shareTables, object) ? shareTables[object] : undefined;
}

/**
 * Gives the owner its share row. A change of owner takes the manual shares along (Object Reference, "AccountShare": manual rows vanish on
 * owner change). The record's own stamps do not move for it.
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
