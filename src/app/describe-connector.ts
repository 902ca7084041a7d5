import type { JsonObject } from "../core/json.ts";
import { describeFields } from "../elasticsearch/protocol/described-fields.ts";

/** The configuration fields as Kibana gets them, with their default values. */
export function describeConnectorFields(): JsonObject {
  return describeFields();
}
