import { SalesforceError } from "../core/salesforce-error.ts";
import type { FieldDefinition } from "../schema/field-definition.ts";

/** A JSON value that does not fit the type of its field. The API adds the position in the body. */
export class JsonValueError extends SalesforceError {
  readonly field: string;
  readonly value: unknown;

  constructor(
    { name, type }: FieldDefinition,
    value: unknown,
    message = `Cannot deserialize instance of ${type} from ${described(value)}`,
  ) {
    super(400, "JSON_PARSER_ERROR", message);
    this.field = name;
    this.value = value;
  }
}

/** The value with its token name in the JSON parser of Salesforce. */
function described(value: unknown): string {
  const missing = "or request may be missing a required field";
  if (value === null) return `VALUE_NULL ${missing}`;
  switch (typeof value) {
    case "string":
      return `VALUE_STRING value ${value} ${missing}`;
    case "number":
      return `VALUE_NUMBER_${Number.isInteger(value) ? "INT" : "FLOAT"} value ${value} ${missing}`;
    case "boolean":
      return `VALUE_${String(value).toUpperCase()} ${missing}`;
    default:
      return Array.isArray(value) ? "START_ARRAY value" : "START_OBJECT value";
  }
}
