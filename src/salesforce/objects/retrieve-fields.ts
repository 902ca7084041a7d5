import { isJsonObject } from "../../core/json.ts";
import type { SalesforceClient } from "../client/salesforce-client.ts";
import { SalesforceUnavailableError } from "../errors.ts";

/** Records per call. https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_retrieve.htm */
const retrieveAtOnce = 2000;

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
    const body = { ids: ids.slice(start, start + retrieveAtOnce), fields: ["Id", ...fields] };
    const answer = await client.json(
      { method: "POST", path: client.resource(`composite/sobjects/${object}`), body },
      signal,
    );
    if (!Array.isArray(answer))
      throw new SalesforceUnavailableError(`Salesforce's response to sObject Collections of ${object} is not a list.`);
    // A record that was deleted since the query is null.
    for (const { attributes, Id, ...members } of answer.filter(isJsonObject)) {
      if (typeof Id === "string") found.set(Id, Buffer.from(JSON.stringify(members)));
    }
  }
  return found;
}
