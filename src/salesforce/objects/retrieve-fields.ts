import { isJsonObject } from "../../core/json.ts";
import type { SalesforceClient } from "../client/salesforce-client.ts";
import { SalesforceUnavailableError } from "../errors.ts";

/** Records that one call may fetch by their ids. https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_retrieve.htm */
const retrieveAtOnce = 2000;

/** Some fields of some records. */
export interface FieldRequest {
  object: string;
  ids: readonly string[];
  fields: readonly string[];
}

/** Fetches fields that do not fit into a query's URI: the ids travel in the body. Gives a JSON object for each record that is still there. */
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
      throw new SalesforceUnavailableError(
        `Salesforce answered the fields of ${object} with something else than a list.`,
      );
    // A record that was deleted since the query comes back as null and keeps what the query gave.
    for (const { attributes, Id, ...members } of answer.filter(isJsonObject)) {
      if (typeof Id === "string") found.set(Id, Buffer.from(JSON.stringify(members)));
    }
  }
  return found;
}
