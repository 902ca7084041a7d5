import { z } from "zod";
import { isJsonObject, type JsonObject } from "../../core/json.ts";
import type { SalesforceClient } from "../client/salesforce-client.ts";

/** Records per call. https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_retrieve.htm */
const retrieveAtOnce = 2000;

/** An entry for each requested record. A record that was deleted since the query is null. */
const recordList = (count: number) => z.array(z.custom<JsonObject | null>(isRecordOrNull)).length(count);

function isRecordOrNull(value: unknown): boolean {
  return value === null || (isJsonObject(value) && typeof value["Id"] === "string");
}

export interface FieldRequest {
  object: string;
  ids: readonly string[];
  fields: readonly string[];
}

/**
 * Retrieves fields that do not fit into a query's URI: this request sends the ids in its body. Returns them as JSON objects by record id, without
 * deleted records.
 */
export async function retrieveFields(
  client: SalesforceClient,
  { object, ids, fields }: FieldRequest,
  signal: AbortSignal,
): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (let start = 0; start < ids.length; start += retrieveAtOnce) {
    const part = ids.slice(start, start + retrieveAtOnce);
    const request = {
      method: "POST" as const,
      path: client.resource(`composite/sobjects/${object}`),
      body: { ids: part, fields: ["Id", ...fields] },
    };
    for (const record of await client.parsed(request, signal, recordList(part.length))) {
      if (!record) continue;
      const { attributes, Id, ...members } = record;
      if (typeof Id === "string") found.set(Id, Buffer.from(JSON.stringify(members)));
    }
  }
  return found;
}
