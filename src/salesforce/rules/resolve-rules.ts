import type { FieldType } from "@jetstreamapp/soql-parser-js";
import type { ObjectDescription, OrgDescription } from "../describe/org-description.ts";
import { encodeSoql } from "../soql/soql.ts";
import { completeList, type CompleteList } from "./complete-field-list.ts";
import type { ReadRule } from "./read-rules.ts";
import { limitedToOne, soqlText, type SoqlStatement } from "./soql-statement.ts";
import { soslText, type SoslObject, type SoslStatement } from "./sosl-statement.ts";

export interface QueryToSend {
  kind: "query";
  text: string;
  /** Fields that do not fit into the URI. They are retrieved by the ids of the records. */
  rest: readonly string[];
}

/** A search for the records of one object. */
export interface SearchToSend {
  kind: "search";
  /** Searches this object only, in pages. If the rule has a LIMIT over several objects, it searches all of them at once. */
  statement: SoslStatement;
  /** The LIMIT of the rule. */
  wanted: number | undefined;
}

/** The part of a rule that returns records of one object. */
export interface RulePart {
  description: ObjectDescription;
  fields: readonly FieldType[];
  aliases: SoqlStatement["aliases"];
  send: QueryToSend | SearchToSend;
}

/** A rule whose objects and fields were looked up in the org. */
export interface ResolvedRule {
  name: string;
  language: ReadRule["language"];
  parts: readonly RulePart[];
  /** Objects that do not exist or are not visible. */
  unknown: readonly string[];
  /** The statement limited to one row, for validation. */
  sample: string;
  /** The statement to explain. Salesforce does not explain searches. */
  plan: string | undefined;
}

/** Looks up a rule's objects and fields in the org, and adds the fields that a sync requires. */
export function resolveRule(
  rule: ReadRule,
  { org, maxBytes }: { org: OrgDescription; maxBytes: number },
): Promise<ResolvedRule> {
  return rule.language === "SOQL" ? resolveQuery(rule, { org, maxBytes }) : resolveSearch(rule, org);
}

async function resolveQuery(
  { name, language, query }: Extract<ReadRule, { language: "SOQL" }>,
  { org, maxBytes }: { org: OrgDescription; maxBytes: number },
): Promise<ResolvedRule> {
  const description = await org.describe(query.object);
  if (!description) {
    // Sent unchanged, so that Salesforce's own error message tells the author what is wrong.
    const text = soqlText(
      query,
      query.items.map((item) => item.text),
    );
    return { name, language, parts: [], unknown: [query.object], sample: limitedToOne(text), plan: text };
  }
  const send = fitToUri(query, completeList(query, description), maxBytes);
  const part = { description, fields: query.items.map(({ field }) => field), aliases: query.aliases, send };
  return { name, language, parts: [part], unknown: [], sample: limitedToOne(send.text), plan: send.text };
}

/** Moves fields of FIELDS() to `rest` until the statement fits into a URI. */
function fitToUri(query: SoqlStatement, { items, expanded }: CompleteList, maxBytes: number): QueryToSend {
  const rest: string[] = [];
  let kept = items;
  let text = soqlText(query, kept);
  while (encodeSoql(text).length > maxBytes && kept.some((item) => expanded.has(item))) {
    const candidates = kept.filter((item) => expanded.has(item));
    // An eighth at a time: the exact cut does not matter, and objects have up to 900 fields.
    const cut = new Set(candidates.slice(-Math.ceil(candidates.length / 8)));
    rest.push(...cut);
    kept = kept.filter((item) => !cut.has(item));
    text = soqlText(query, kept);
  }
  return { kind: "query", text, rest };
}

async function resolveSearch(
  { name, language, query, objects }: Extract<ReadRule, { language: "SOSL" }>,
  org: OrgDescription,
): Promise<ResolvedRule> {
  const unknown: string[] = [];
  const found: { object: SoslObject; part: Omit<RulePart, "send"> }[] = [];
  const complete: SoslObject[] = [];
  for (const { list, ...object } of objects) {
    const description = await org.describe(object.name);
    if (!description) unknown.push(object.name);
    const fields = description ? completeList(list, description).items : object.fields;
    complete.push({ ...object, fields });
    if (description) {
      const part = { description, fields: list.items.map(({ field }) => field), aliases: list.aliases };
      found.push({ object: { ...object, fields }, part });
    }
  }
  const whole = { ...query, objects: complete };
  const parts = found.map(({ object, part }): RulePart => ({ ...part, send: searchFor(object, whole) }));
  return { name, language, parts, unknown, sample: soslText({ ...whole, limit: 1 }), plan: undefined };
}

/**
 * A search of several objects returns at most 250 records of each and has no pages; a search of one object has pages. So each object is
 * searched separately, unless one LIMIT applies to all of them.
 */
function searchFor(object: SoslObject, { limit, ...whole }: SoslStatement): SearchToSend {
  if (whole.objects.length > 1 && limit !== undefined) {
    return { kind: "search", statement: { ...whole, limit }, wanted: limit };
  }
  const wanted = Math.min(object.limit ?? Infinity, limit ?? Infinity);
  return {
    kind: "search",
    statement: { ...whole, objects: [object] },
    wanted: wanted === Infinity ? undefined : wanted,
  };
}
