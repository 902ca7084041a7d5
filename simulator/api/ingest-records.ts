import { parse } from "csv-parse/sync";
import type { IngestJob, IngestOutcome, IngestResult } from "../bulk/ingest-jobs.ts";
import { badRequest, notFound, SalesforceError } from "../core/salesforce-error.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import { toId18 } from "../schema/record-id.ts";
import type { ApiContext } from "./api-context.ts";
import { upsertRecord } from "./named-record-routes.ts";
import { checkVisible, createRecord, deleteRecord, updateRecord } from "./record-routes.ts";

/** Writes the records of an upload, each in a separate transaction. */
export function ingest(job: IngestJob, delimiter: string, context: ApiContext): IngestOutcome {
  const object = context.user.object(job.object);
  if (object === undefined) throw notFound();
  const lines = linesOf(job.upload ?? "", delimiter);
  if (lines === undefined) return failed("InvalidBatch : Failed to parse CSV");
  const [header = [], ...rows] = lines;
  const unknown = header.find((name) => !object.fieldsByName.has(name.toLowerCase()));
  if (unknown !== undefined) return failed(`InvalidBatch : Field name not found : ${unknown}`);
  const results = rows.map((values): IngestResult => {
    try {
      return { values, error: undefined, ...writeRecord(job, object, { body: bodyOf(header, values), context }) };
    } catch (error) {
      if (!(error instanceof SalesforceError)) throw error;
      const text = `${error.errorCode}:${error.message}:${(error.fields ?? []).join(",")} --`;
      return { values, id: "", created: false, error: text };
    }
  });
  return { header, results, failure: undefined };
}

function failed(failure: string): IngestOutcome {
  return { header: [], results: [], failure };
}

function linesOf(upload: string, delimiter: string): string[][] | undefined {
  try {
    return parse(upload, { bom: true, delimiter, skipEmptyLines: true });
  } catch {
    return undefined;
  }
}

/** An empty value does not change the field; `#N/A` clears it ("Prepare CSV Files"). */
function bodyOf(header: readonly string[], values: readonly string[]): Record<string, unknown> {
  const entries = header
    .map((name, index) => [name, values[index] ?? ""] as const)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => [name, value === "#N/A" ? null : value] as const);
  return Object.fromEntries(entries);
}

function writeRecord(
  { operation, externalIdFieldName = "Id" }: IngestJob,
  object: ObjectDefinition,
  { body, context }: { body: Record<string, unknown>; context: ApiContext },
): { id: string; created: boolean } {
  switch (operation) {
    case "insert":
      checkVisible(object, body, context);
      return { id: createRecord(object, { body }, context), created: true };
    case "update": {
      const { value: id, rest } = taken(body, "Id");
      updateRecord(object, idOf(id), { body: rest, context });
      return { id: idOf(id), created: false };
    }
    case "delete":
    case "hardDelete": {
      const id = idOf(taken(body, "Id").value);
      deleteRecord(object, id, context);
      if (operation === "hardDelete" && object.system === "full") {
        context.org.records(context.session.userId).removal.purgeOne(object, id);
      }
      return { id, created: false };
    }
    case "upsert": {
      const field = object.fieldsByName.get(externalIdFieldName.toLowerCase());
      if (field === undefined) throw badRequest("INVALID_FIELD", `${externalIdFieldName} does not exist`);
      const { value, rest } = taken(body, field.name);
      const result = upsertRecord(object, { field, value, body: rest, updateOnly: false }, context);
      if (result.kind === "several") throw badRequest("DUPLICATE_EXTERNAL_ID", `${field.name} is not unique`);
      return result;
    }
  }
}

/** Splits off the value of a required column. */
function taken(body: Record<string, unknown>, wanted: string): { value: string; rest: Record<string, unknown> } {
  const [name] = Object.keys(body).filter((candidate) => candidate.toLowerCase() === wanted.toLowerCase());
  if (name === undefined) throw badRequest("MISSING_ARGUMENT", `${wanted} not specified`);
  const { [name]: value, ...rest } = body;
  return { value: String(value), rest };
}

function idOf(given: string): string {
  const id = toId18(given);
  if (id === undefined)
    throw new SalesforceError(400, "MALFORMED_ID", { message: `malformed id ${given}`, fields: ["Id"] });
  return id;
}
