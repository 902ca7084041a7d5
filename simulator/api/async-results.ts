import type { Batch, BatchJob } from "../bulk/batch-jobs.ts";
import type { CsvPlan } from "../bulk/csv-plan.ts";
import { parseDateTime } from "../core/date-values.ts";
import type { HttpResponse } from "../http/message.ts";
import type { Org } from "../org/org.ts";
import type { FieldType } from "../schema/field-definition.ts";
import { isNumber } from "../schema/field-definition.ts";
import { escapeXml } from "./async-format.ts";
import { commaFormat, csvPage, rowValues } from "./csv-page.ts";

/** The rows of a batch in the format of its job. */
export function batchResult(job: BatchJob, { plan, rows }: Batch, org: Org): HttpResponse {
  if (plan === undefined) return { status: 200, headers: { "content-type": "text/csv" }, body: "" };
  switch (job.contentType) {
    case "CSV": {
      const empty = "Records not found for this query";
      const body = rows.length === 0 ? empty : csvPage(plan, rows, { ...commaFormat, org }).toString("utf8");
      return { status: 200, headers: { "content-type": "text/csv" }, body };
    }
    case "JSON":
      return { status: 200, headers: { "content-type": "application/json" }, body: jsonRows(job, plan, { rows, org }) };
    case "XML":
      return { status: 200, headers: { "content-type": "application/xml" }, body: xmlRows(plan, rows, org) };
  }
}

interface Rows {
  readonly rows: Uint32Array;
  readonly org: Org;
}

/** A record with its parents as nested records. */
type Nested = Record<string, unknown>;

function jsonRows({ apiVersion }: BatchJob, plan: CsvPlan, { rows, org }: Rows): string {
  const idAt = plan.header.indexOf("Id");
  const records = [...rowValues(plan, rows, org)].map((values) => {
    const url = `/services/data/v${apiVersion}/sobjects/${plan.object.name}/${idAt < 0 ? "" : (values[idAt] ?? "")}`;
    const record = nested(plan, values, (text, type) => jsonValue(text, type));
    return { attributes: { type: plan.object.name, ...(idAt < 0 ? {} : { url }) }, ...record };
  });
  return JSON.stringify(records);
}

function nested(plan: CsvPlan, values: readonly string[], convert: (text: string, type: FieldType) => unknown): Nested {
  const record: Nested = {};
  for (const [index, path] of plan.header.entries()) {
    const names = path.split(".");
    let target = record;
    for (const name of names.slice(0, -1)) {
      target[name] ??= {};
      target = target[name] as Nested;
    }
    target[names.at(-1) ?? ""] = convert(values[index] ?? "", plan.types[index] ?? "string");
  }
  return record;
}

/** DateTimes are milliseconds since 1970, as in the results that clients parse (not documented). */
function jsonValue(text: string, type: FieldType): unknown {
  if (type === "boolean") return text === "true";
  if (text === "") return null;
  if (isNumber(type)) return Number(text);
  return type === "datetime" ? parseDateTime(text) : text;
}

function xmlRows(plan: CsvPlan, rows: Uint32Array, org: Org): string {
  const records = [...rowValues(plan, rows, org)].map((values) => {
    const record = nested(plan, values, (text) => text);
    return `<records xsi:type="sObject"><type>${plan.object.name}</type>${xmlRecord(record)}</records>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?><queryResult xmlns="http://www.force.com/2009/06/asyncapi/dataload" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${records.join("")}</queryResult>`;
}

function xmlRecord(record: Nested): string {
  return Object.entries(record)
    .map(([name, value]) => {
      if (value === "") return `<${name} xsi:nil="true"/>`;
      return typeof value === "string"
        ? `<${name}>${escapeXml(value)}</${name}>`
        : `<${name} xsi:type="sObject">${xmlRecord(value as Nested)}</${name}>`;
    })
    .join("");
}
