import type { ObjectDefinition } from "../schema/object-definition.ts";
import { stages } from "../schema/objects/sales.ts";
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

/** The values that Salesforce gives to new users, groups, assignments and shares. `lookUp` reads a value of another row. */
export function addSetupValues(
  object: ObjectDefinition,
  values: RowValues,
  lookUp: (table: string, id: StoredValue | undefined, column: string) => StoredValue,
): void {
  switch (object.name) {
    case "User":
      values["IsActive"] ??= 1;
      values["UserType"] = lookUp("Profile", values["ProfileId"], "UserType");
      values["AccountId"] = lookUp("Contact", values["ContactId"], "AccountId");
      values["IsPortalEnabled"] = typeof values["ContactId"] === "string" ? 1 : 0;
      break;
    case "Group":
      values["DoesIncludeBosses"] ??= 1;
      break;
    case "PermissionSet":
      values["Type"] ??= "Regular";
      values["IsCustom"] = 1;
      break;
    case "PermissionSetGroup":
      values["Status"] = "Outdated";
      break;
    case "PermissionSetAssignment":
      values["IsActive"] = 1;
      break;
    case "ObjectTerritory2Association":
      values["AssociationCause"] ??= "Territory2Manual";
      values["SobjectType"] = "Account";
      break;
    case "UserTerritory2Association":
      values["IsActive"] = 1;
      break;
    case "Territory2Model":
      values["State"] ??= "Planning";
      break;
    default:
      if (object.system === "share") values["RowCause"] ??= "Manual";
  }
}
