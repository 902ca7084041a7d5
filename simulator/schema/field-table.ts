import type { ChildSide, FieldDefinition, FieldType } from "./field-definition.ts";

// A field table has one field on each line:
//
//   Name: type[(values|of|a|picklist) or (Target,Target) or (length) or (precision,scale)] flag flag key=value …
//
// The last key can be `derived=` or `formula=`; its value is the rest of the line. Addresses and locations add their components.

const typePattern = /^(?<type>[a-zA-Z0-9]+)(?:\((?<arguments>(?:[^()]|\([^()]*\))*)\))?(?<rest>.*)$/u;

const types: readonly FieldType[] = [
  "id",
  "string",
  "textarea",
  "picklist",
  "multipicklist",
  "combobox",
  "reference",
  "boolean",
  "int",
  "double",
  "currency",
  "percent",
  "date",
  "datetime",
  "time",
  "email",
  "phone",
  "url",
  "address",
  "location",
  "base64",
  "encryptedstring",
  "anyType",
];

const defaultLengths: Partial<Record<FieldType, number>> = {
  id: 18,
  reference: 18,
  string: 255,
  textarea: 255,
  picklist: 255,
  multipicklist: 4099,
  combobox: 255,
  email: 80,
  phone: 40,
  url: 255,
  encryptedstring: 175,
  anyType: 255,
};

interface Flags {
  readonly words: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
}

/** Throws if a line is not valid. */
export function fieldTable(text: string): FieldDefinition[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .flatMap((line) => fieldLine(line));
}

function fieldLine(line: string): FieldDefinition[] {
  const colon = line.indexOf(":");
  const match = typePattern.exec(line.slice(colon + 1).trim());
  const type = types.find((candidate) => candidate === match?.groups?.["type"]);
  if (colon < 1 || type === undefined) {
    throw new Error(`Invalid line in a field table, expected "Name: type …": ${line}`);
  }
  const name = line.slice(0, colon).trim();
  const field = buildField(name, type, {
    inside: match?.groups?.["arguments"] ?? "",
    flags: readFlags(match?.groups?.["rest"] ?? ""),
  });
  return [...components(field), field];
}

function readFlags(rest: string): Flags {
  const words = new Set<string>();
  const values = new Map<string, string>();
  let left = rest.trim();
  while (left !== "") {
    const whole = /^(?<key>derived|formula)=(?<value>.*)$/u.exec(left);
    if (whole?.groups !== undefined) {
      values.set(whole.groups["key"] ?? "", whole.groups["value"] ?? "");
      break;
    }
    const end = left.search(/\s|$/u);
    const word = left.slice(0, end);
    const equals = word.indexOf("=");
    if (equals > 0) values.set(word.slice(0, equals), word.slice(equals + 1));
    else words.add(word);
    left = left.slice(end).trim();
  }
  return { words, values };
}

/** Source: the describe results in the Object Reference. */
function queryTraits(type: FieldType, length: number): { filterable: boolean; sortable: boolean; groupable: boolean } {
  if (type === "base64" || type === "encryptedstring") return { filterable: false, sortable: false, groupable: false };
  if (type === "textarea" && length > 255) return { filterable: false, sortable: false, groupable: false };
  if (type === "multipicklist") return { filterable: true, sortable: false, groupable: false };
  if (type === "address" || type === "location") return { filterable: true, sortable: false, groupable: false };
  const groupable = !["datetime", "double", "currency", "percent", "time"].includes(type);
  return { filterable: true, sortable: true, groupable };
}

function lengthOf(type: FieldType, inside: string): number {
  const given = /^\d+$/u.exec(inside);
  if (given !== null && type in defaultLengths) return Number(inside);
  return defaultLengths[type] ?? 0;
}

function digits(type: FieldType, inside: string): { precision: number; scale: number } {
  const given = /^(?<precision>\d+),(?<scale>\d+)$/u.exec(inside);
  if (given?.groups !== undefined) {
    return { precision: Number(given.groups["precision"]), scale: Number(given.groups["scale"]) };
  }
  if (type === "currency" || type === "double" || type === "percent") return { precision: 18, scale: 2 };
  return { precision: 0, scale: 0 };
}

function childSide({ words, values }: Flags): ChildSide {
  const onDelete = words.has("master")
    ? "cascade"
    : words.has("cascade")
      ? "cascade"
      : words.has("restrict")
        ? "restrict"
        : words.has("keep")
          ? "keep"
          : "clear";
  return { relationshipName: values.get("children"), onDelete };
}

interface Parts {
  readonly inside: string;
  readonly flags: Flags;
}

function buildField(name: string, type: FieldType, parts: Parts): FieldDefinition {
  const { inside, flags } = parts;
  const length = lengthOf(type, inside);
  return {
    name,
    label: flags.values.get("label")?.replaceAll("_", " ") ?? labelOf(name),
    type,
    length,
    ...digits(type, inside),
    custom: name.endsWith("__c") || name.endsWith("__pc"),
    ...traitsOfUse(type, length, flags),
    ...otherTraits(type, flags),
    ...valueTraits(type, parts),
    ...referenceTraits(name, type, parts),
    compound: flags.values.get("of"),
    derived: flags.values.get("derived"),
    formula: flags.values.get("formula"),
    autoNumber: flags.values.get("number"),
  };
}

type UseTraits =
  "createable" | "updateable" | "filterable" | "sortable" | "groupable" | "permissionable" | "required" | "nameField";

function traitsOfUse(type: FieldType, length: number, { words, values }: Flags): Pick<FieldDefinition, UseTraits> {
  const traits = queryTraits(type, length);
  const computed = ["derived", "formula", "number"].some((key) => values.has(key));
  const compound = type === "address" || type === "location";
  const writable = !computed && !words.has("readonly") && !compound;
  const required = words.has("required") || words.has("master");
  return {
    required,
    nameField: words.has("name"),
    createable: writable,
    updateable: writable && !words.has("once") && !words.has("master"),
    filterable: traits.filterable && !words.has("nofilter"),
    sortable: traits.sortable && !words.has("nosort"),
    groupable: traits.groupable && !words.has("nogroup") && !values.has("formula"),
    permissionable: !required && !words.has("name") && !words.has("system") && type !== "id",
  };
}

function otherTraits(
  type: FieldType,
  { words, values }: Flags,
): Pick<FieldDefinition, "calculated" | "unique" | "externalId" | "caseSensitive" | "htmlFormatted" | "extraTypeInfo"> {
  return {
    calculated: values.has("formula") || words.has("calculated"),
    unique: words.has("unique"),
    externalId: words.has("external"),
    caseSensitive: words.has("case"),
    htmlFormatted: words.has("html") || type === "url",
    extraTypeInfo: type === "textarea" ? (words.has("html") ? "richtextarea" : "plaintextarea") : undefined,
  };
}

function valueTraits(
  type: FieldType,
  { inside, flags }: Parts,
): Pick<FieldDefinition, "picklist" | "restrictedPicklist" | "defaultValue"> {
  const lists = type === "picklist" || type === "multipicklist" || type === "combobox";
  return {
    picklist: lists ? splitValues(inside, "|") : [],
    restrictedPicklist: flags.words.has("restricted"),
    defaultValue: flags.values.get("default")?.replaceAll("_", " "),
  };
}

function referenceTraits(
  name: string,
  type: FieldType,
  { inside, flags }: Parts,
): Pick<FieldDefinition, "referenceTo" | "relationshipName" | "leadsTo" | "child"> {
  if (type !== "reference")
    return { referenceTo: [], relationshipName: undefined, leadsTo: undefined, child: undefined };
  return {
    referenceTo: splitValues(inside, ","),
    relationshipName: flags.values.get("rel") ?? relationshipOf(name),
    leadsTo: flags.values.get("leads"),
    child: childSide(flags),
  };
}

function splitValues(inside: string, separator: string): string[] {
  return inside
    .split(separator)
    .map((value) => value.trim())
    .filter((value) => value !== "");
}

function relationshipOf(name: string): string | undefined {
  if (name.endsWith("__c")) return `${name.slice(0, -3)}__r`;
  return name.endsWith("Id") ? name.slice(0, -2) : undefined;
}

/** `AnnualRevenue` → "Annual Revenue", `Contract_End__c` → "Contract End", `OwnerId` → "Owner ID". */
export function labelOf(name: string): string {
  return name
    .replace(/__p?c$/u, "")
    .replaceAll("_", " ")
    .replace(/([a-z0-9])([A-Z])/gu, "$1 $2")
    .replace(/\bId$/u, "ID");
}

/** The components of a compound field, with the names that Salesforce gives them. */
function components(field: FieldDefinition): FieldDefinition[] {
  if (field.type === "address") return addressParts(field);
  if (field.type !== "location") return [];
  const stem = field.name.slice(0, -1);
  return fieldTable(`
    ${stem}Latitude__s: double(9,6) of=${field.name}
    ${stem}Longitude__s: double(9,6) of=${field.name}`).map((part) => ({ ...part, custom: true }));
}

function addressParts(field: FieldDefinition): FieldDefinition[] {
  if (field.custom) {
    const stem = field.name.slice(0, -1);
    return fieldTable(`
      ${stem}Street__s: textarea(255) of=${field.name}
      ${stem}City__s: string(40) of=${field.name}
      ${stem}PostalCode__s: string(20) of=${field.name}
      ${stem}StateCode__s: picklist() of=${field.name}
      ${stem}CountryCode__s: picklist() of=${field.name}
      ${stem}Latitude__s: double(18,15) of=${field.name}
      ${stem}Longitude__s: double(18,15) of=${field.name}
      ${stem}GeocodeAccuracy__s: picklist(Address|Street|Zip|City|Unknown) of=${field.name}`).map((part) => ({
      ...part,
      custom: true,
    }));
  }
  const stem = field.name.slice(0, -"Address".length);
  return fieldTable(`
    ${stem}Street: textarea(255) of=${field.name}
    ${stem}City: string(40) of=${field.name}
    ${stem}State: string(80) of=${field.name}
    ${stem}PostalCode: string(20) of=${field.name}
    ${stem}Country: string(80) of=${field.name}
    ${stem}Latitude: double(18,15) of=${field.name}
    ${stem}Longitude: double(18,15) of=${field.name}
    ${stem}GeocodeAccuracy: picklist(Address|NearAddress|Block|Street|ExtendedZip|Zip|Neighborhood|City|County|State|Unknown) of=${field.name}`);
}
