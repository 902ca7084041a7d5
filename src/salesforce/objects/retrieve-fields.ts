import { isJsonObject, type JsonValue } from "../../core/json.ts";
import type { SalesforceClient } from "../client/salesforce-client.ts";
import type { RecordAddition } from "./source-record.ts";

/** Records per call. https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_retrieve.htm */
const retrieveAtOnce = 2000;

export interface FieldRequest {
  object: string;
  ids: readonly string[];
  fields: readonly string[];
}

/** Retrieves fields that do not fit into a query's URI: this request sends the ids in its body. Deleted records are skipped. */
export async function retrieveFields(
  client: SalesforceClient,
  { object, ids, fields }: FieldRequest,
  signal: AbortSignal,
): Promise<Map<string, RecordAddition>> {
  const found = new Map<string, RecordAddition>();
  for (let start = 0; start < ids.length; start += retrieveAtOnce) {
    const part = ids.slice(start, start + retrieveAtOnce);
    const answer = await client.read(
      {
        method: "POST",
        path: client.resource(`composite/sobjects/${object}`),
        body: { ids: part, fields: ["Id", ...fields] },
      },
      signal,
      (body) => readRecords(body, part.length),
    );
    // A record that was deleted since the query is null.
    for (const { attributes, Id, ...members } of answer.filter(isJsonObject)) {
      if (typeof Id === "string") found.set(Id, { fields: members, json: Buffer.from(JSON.stringify(members)) });
    }
  }
  return found;
}

/** @throws SyntaxError unless there is an entry for each requested record */
function readRecords(body: Buffer, count: number): readonly JsonValue[] {
  const answer = JSON.parse(body.toString()) as JsonValue;
  const isComplete =
    Array.isArray(answer) &&
    answer.length === count &&
    answer.every((entry) => entry === null || (isJsonObject(entry) && typeof entry["Id"] === "string"));
  if (isComplete) return answer;
  throw new SyntaxError("not an entry for each record");
}
