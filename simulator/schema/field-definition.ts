/** The field types that Salesforce's describe names, as far as objects here use them. */
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
  | "encryptedstring";

/** The other side of a reference: what the parent calls its children. */
export interface ChildSide {
  readonly relationshipName: string | undefined;
  /** What happens to the children when the parent is deleted. */
  readonly onDelete: "cascade" | "clear" | "restrict" | "keep";
}

/** One field of one object. Describe, storage, SOQL checking, the generator and record writes all read this. */
export interface FieldDefinition {
  readonly name: string;
  readonly label: string;
  readonly type: FieldType;
  /** Characters for text, 0 for anything else. */
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
  readonly child: ChildSide | undefined;
  /** For a component of a compound field: the compound field's name. */
  readonly compound: string | undefined;
  /** SQL over columns of the same row; kept as a virtual generated column. */
  readonly derived: string | undefined;
  /** SQL that may read other tables; `{Field}` stands for a column of the row. Computed on each read, so no timestamp ever moves for it. */
  readonly formula: string | undefined;
  /** printf pattern of an auto number. */
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
]);

/** Whether values of this type are text that is compared without regard to case. */
export function isText(type: FieldType): boolean {
  return textTypes.has(type);
}

/** Whether values of this type are record ids. */
export function isId(type: FieldType): boolean {
  return type === "id" || type === "reference";
}

/** Whether values of this type are numbers. */
export function isNumber(type: FieldType): boolean {
  return type === "int" || type === "double" || type === "currency" || type === "percent";
}

/**
 * Whether the field has a column of its own: compound fields are put together from their components, formulas are computed, and the bytes
 * of a file and their address are made when they are asked for.
 */
export function isStored(field: FieldDefinition): boolean {
  const { type, formula, name } = field;
  return !["address", "location", "base64"].includes(type) && formula === undefined && name !== "VersionDataUrl";
}

/** A text field whose content may be longer than 255 characters: not filterable, not sortable, and it shortens pages when custom. */
export function isLongText(field: FieldDefinition): boolean {
  return field.type === "textarea" && field.length > 255;
}
