import type { JsonObject } from "../core/json.ts";
import { configurationFields, type ConfigurationField } from "./configuration-fields.ts";

/** A field as the connector protocol stores it, with all thirteen properties. */
export interface ProtocolField extends JsonObject {
  label: string;
  type: ConfigurationField["type"];
  display: string;
  value: string | boolean;
  default_value: null;
  required: boolean;
  sensitive: boolean;
  order: number;
  tooltip: string;
  options: never[];
  depends_on: { field: string; value: boolean }[];
  ui_restrictions: string[];
  validations: { type: "greater_than" | "less_than"; constraint: number }[];
}

/** The configuration of a connector that nobody has filled in yet, by key. */
export function describeConfigurationFields(): Record<string, ProtocolField> {
  return Object.fromEntries(
    configurationFields.map((field, position) => [field.key, toProtocolField(field, position + 1)]),
  );
}

function toProtocolField(field: ConfigurationField, order: number): ProtocolField {
  return {
    label: field.label,
    type: field.type,
    display: field.display,
    value: field.defaultValue,
    default_value: null,
    required: field.required,
    sensitive: field.sensitive,
    order,
    tooltip: field.tooltip,
    options: [],
    depends_on: field.dependsOn ? [field.dependsOn] : [],
    ui_restrictions: field.advanced === true ? ["advanced"] : [],
    validations: validationsOf(field),
  };
}

/** The protocol's bounds are not allowed themselves. */
function validationsOf({ range }: ConfigurationField): ProtocolField["validations"] {
  if (!range) return [];
  return [
    { type: "greater_than", constraint: range.min - 1 },
    { type: "less_than", constraint: range.max + 1 },
  ];
}
