import { isDeepStrictEqual } from "node:util";
import { capabilities } from "../../connector/capabilities.ts";
import {
  configurationFields,
  type ConfigurationField,
  type ConfigurationValue,
  type ConfigurationValues,
} from "../../connector/configuration-fields.ts";
import type { ConfigurationProblem } from "../../connector/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";

// A connector's `configuration` and `features`: each field with its description, for Kibana, and its value.

/** A field with all thirteen properties of the protocol. */
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

/** Every field of this version with its default value, by key. */
export function describeFields(): Record<string, ProtocolField> {
  return Object.fromEntries(
    configurationFields.map((field, position) => [field.key, toProtocolField(field, position + 1)]),
  );
}

/** The pages for sync rules and schedules that Kibana shows for the connector. */
export const protocolFeatures = {
  sync_rules: {
    basic: { enabled: capabilities.basicSyncRules },
    advanced: { enabled: capabilities.advancedSyncRules },
  },
  document_level_security: { enabled: capabilities.documentLevelSecurity },
  incremental_sync: { enabled: capabilities.jobs.incremental.available },
  native_connector_api_keys: { enabled: false },
};

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

/** The bounds of the protocol are exclusive. */
function validationsOf({ range }: ConfigurationField): ProtocolField["validations"] {
  if (!range) return [];
  return [
    { type: "greater_than", constraint: range.min - 1 },
    { type: "less_than", constraint: range.max + 1 },
  ];
}

/**
 * The values of the known fields in a stored configuration. An optional field with an empty value takes its default, as in Elastic's connectors;
 * an empty list names nothing.
 */
export function readConfiguration(stored: unknown): { values: ConfigurationValues; problems: ConfigurationProblem[] } {
  const problems: ConfigurationProblem[] = [];
  const values: Record<string, ConfigurationValue> = {};
  for (const { key, type, required, defaultValue } of configurationFields) {
    const field = isJsonObject(stored) ? stored[key] : undefined;
    const value = isJsonObject(field) ? field["value"] : undefined;
    if (value === undefined || value === null) continue;
    if (!isConfigurationValue(value)) problems.push({ field: key, message: "must be text, a number, true or false." });
    else values[key] = value === "" && !required && type !== "list" ? defaultValue : value;
  }
  return { values, problems };
}

function isConfigurationValue(value: JsonValue): value is Exclude<ConfigurationValue, null> & JsonValue {
  if (Array.isArray(value)) return value.every((item) => item !== null && typeof item !== "object");
  return value !== null && typeof value !== "object";
}

/** The configuration of a new connector with these values. */
export function newConfiguration(values: ConfigurationValues): JsonObject {
  return Object.fromEntries(
    Object.entries(describeFields()).map(([key, field]) => [key, { ...field, ...toValue(values[key]) }]),
  );
}

/** Values to merge into a stored configuration. */
export function writeConfiguration(values: ConfigurationValues): JsonObject {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, toValue(value)]));
}

/** Elasticsearch's connector API stores lists as text. */
function toValue(value: ConfigurationValue | undefined): JsonObject {
  if (value === undefined) return {};
  return { value: typeof value === "object" && value !== null ? value.join(", ") : value };
}

/** Fields that a stored configuration lacks, and outdated or missing properties of its fields. Stored values are never changed. */
export function missingDescriptions(stored: unknown): JsonObject {
  const configuration = isJsonObject(stored) ? stored : {};
  return Object.fromEntries(
    Object.entries(describeFields()).flatMap(([key, field]) => {
      const present = configuration[key];
      if (!isJsonObject(present)) return [[key, field] as const];
      const { value, ...description } = field;
      const wanted = "value" in present ? description : { ...description, value };
      return contains(present, wanted) ? [] : [[key, wanted] as const];
    }),
  );
}

/** True if the stored connector describes every field and feature of this version. */
export function isDescribed({ configuration, features }: { configuration: unknown; features: unknown }): boolean {
  return Object.keys(missingDescriptions(configuration)).length === 0 && contains(features, protocolFeatures);
}

/** True if every wanted member is present with the wanted value. Other members are ignored. */
function contains(present: unknown, wanted: unknown): boolean {
  if (!isJsonObject(wanted)) return isDeepStrictEqual(present ?? null, wanted);
  return isJsonObject(present) && Object.entries(wanted).every(([key, value]) => contains(present[key], value));
}
