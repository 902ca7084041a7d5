/** The field types of describe results that the simulated objects use. */
export type FieldType =
  | "id"
  | "string"
  | "textarea"
  | "picklist"
  | "multipicklist"
  | "combobox"
  | "reference"
  | "boolean"
  | "int"
  | "double"
  | "currency"
  | "percent"
  | "date"
  | "datetime"
  | "time"
  | "email"
  | "phone"
  | "url"
  | "address"
  | "location"
  | "base64"
  | "encryptedstring"
  /** The old and new values of a field history. */
  | "anyType";

/** A reference from the parent's side. */
export interface ChildSide {
  readonly relationshipName: string | undefined;
  /** The effect of deleting the parent on the child. `clear` sets the reference to null. */
  readonly onDelete: "cascade" | "clear" | "restrict" | "keep";
}

export interface FieldDefinition {
  readonly name: string;
  readonly label: string;
  readonly type: FieldType;
  /** In characters; 0 for types other than text. */
  readonly length: number;
  readonly precision: number;
  readonly scale: number;
  readonly custom: boolean;
  readonly required: boolean;
  readonly nameField: boolean;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly filterable: boolean;
  readonly sortable: boolean;
  readonly groupable: boolean;
  readonly permissionable: boolean;
  readonly calculated: boolean;
  readonly unique: boolean;
  readonly externalId: boolean;
  readonly caseSensitive: boolean;
  readonly htmlFormatted: boolean;
  readonly extraTypeInfo: string | undefined;
  readonly picklist: readonly string[];
  readonly restrictedPicklist: boolean;
  readonly defaultValue: string | undefined;
  readonly referenceTo: readonly string[];
  readonly relationshipName: string | undefined;
  /** The target of the relationship if it has only one, although the field can contain ids of several objects. */
  readonly leadsTo: string | undefined;
  readonly child: ChildSide | undefined;
  /** For a component: its compound field. */
  readonly compound: string | undefined;
  /** SQL over columns of the same row, for a virtual generated column. */
  readonly derived: string | undefined;
  /** SQL that can read other tables; `{Field}` is a column of the row. Computed on each read, so a new value changes no timestamps. */
  readonly formula: string | undefined;
  /** The printf pattern of an auto number. */
  readonly autoNumber: string | undefined;
}

const textTypes: ReadonlySet<FieldType> = new Set([
  "string",
  "textarea",
  "picklist",
  "multipicklist",
  "combobox",
  "email",
  "phone",
  "url",
  "encryptedstring",
  "anyType",
]);

/** True for types whose comparisons ignore case. */
export function isText(type: FieldType): boolean {
  return textTypes.has(type);
}

export function isId(type: FieldType): boolean {
  return type === "id" || type === "reference";
}

export function isNumber(type: FieldType): boolean {
  return type === "int" || type === "double" || type === "currency" || type === "percent";
}

/**
 * Tells if the field has a column. Compound fields consist of their components, formulas are computed, and the bytes and the URL of a file
 * are generated on demand.
 */
export function isStored(field: FieldDefinition): boolean {
  const { type, formula, name } = field;
  return !["address", "location", "base64"].includes(type) && formula === undefined && name !== "VersionDataUrl";
}

/** A text area of more than 255 characters. It cannot be filtered or sorted; custom ones reduce the page size. */
export function isLongText(field: FieldDefinition): boolean {
  return field.type === "textarea" && field.length > 255;
}
