import type { ObjectDefinition } from "../schema/object-definition.ts";
import { stages } from "../schema/objects/sales.ts";
import type { StoredValue } from "./field-values.ts";

// Values that Salesforce sets when a record is written.

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

/** Default values of new rows. A request can override them. */
const givenDefaults: Readonly<Record<string, RowValues>> = {
  User: { IsActive: 1 },
  Group: { DoesIncludeBosses: 1 },
  PermissionSet: { Type: "Regular" },
  ObjectTerritory2Association: { AssociationCause: "Territory2Manual" },
  Territory2Model: { State: "Planning" },
};

/** Values of new rows that a request cannot set. */
const fixedDefaults: Readonly<Record<string, RowValues>> = {
  PermissionSet: { IsCustom: 1 },
  PermissionSetGroup: { Status: "Outdated" },
  PermissionSetAssignment: { IsActive: 1 },
  ObjectTerritory2Association: { SobjectType: "Account" },
  UserTerritory2Association: { IsActive: 1 },
};

/** Adds the values that Salesforce gives to new users, groups, assignments and shares. `lookUp` reads a value of another row. */
export function addSetupValues(
  object: ObjectDefinition,
  values: RowValues,
  lookUp: (table: string, id: StoredValue | undefined, column: string) => StoredValue,
): void {
  for (const [name, value] of Object.entries(givenDefaults[object.name] ?? {})) values[name] ??= value;
  Object.assign(values, fixedDefaults[object.name]);
  if (object.system === "share") values["RowCause"] ??= "Manual";
  if (object.name !== "User") return;
  values["UserType"] = lookUp("Profile", values["ProfileId"], "UserType");
  values["AccountId"] = lookUp("Contact", values["ContactId"], "AccountId");
  values["IsPortalEnabled"] = Number(typeof values["ContactId"] === "string");
}
