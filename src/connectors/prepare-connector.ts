import { isDeepStrictEqual } from "node:util";
import { isJsonObject, type JsonObject } from "../core/json.ts";
import type { ConnectorChange, StoredConnector } from "../jobs/ports.ts";

/** What a connector of this kind must say about itself. */
export interface ConnectorKind {
  serviceType: string;
  /** Every field with its properties and the value that it begins with, by key. */
  fields: Readonly<Record<string, JsonObject>>;
  features: JsonObject;
}

/**
 * What a connector lacks of what Kibana needs to show it: the fields, the features, the type. A connector without any field waits for a
 * person to fill them in. Values that somebody has set are never touched.
 */
export function prepareConnector(connector: StoredConnector, kind: ConnectorKind): ConnectorChange | undefined {
  const stored = isJsonObject(connector.configuration) ? connector.configuration : {};
  const empty = Object.keys(stored).length === 0;
  const configuration = missingFields(stored, kind.fields);
  const change: ConnectorChange = {
    ...(connector.serviceType === null ? { serviceType: kind.serviceType } : {}),
    ...(configuration ? { configuration } : {}),
    ...(empty ? { state: "needs_configuration" as const } : {}),
    ...(holds(connector.features, kind.features) ? {} : { features: kind.features }),
  };
  return Object.keys(change).length === 0 ? undefined : change;
}

/** Fields that are not there, and properties that fields lack; labels and tooltips follow the software. */
function missingFields(stored: JsonObject, fields: ConnectorKind["fields"]): JsonObject | undefined {
  const changed = Object.entries(fields).flatMap(([key, field]) => {
    const present = stored[key];
    if (!isJsonObject(present)) return [[key, field] as const];
    const { value, ...described } = field;
    const wanted = "value" in present ? described : { ...described, value };
    return holds(present, wanted) ? [] : [[key, wanted] as const];
  });
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

/** Whether everything that is wanted is there as it is wanted; what else is there does not matter. */
function holds(present: unknown, wanted: unknown): boolean {
  if (!isJsonObject(wanted)) return isDeepStrictEqual(present ?? null, wanted);
  return isJsonObject(present) && Object.entries(wanted).every(([key, value]) => holds(present[key], value));
}
