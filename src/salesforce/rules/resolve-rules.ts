import type { FieldType } from "@jetstreamapp/soql-parser-js";
import type { ObjectDescription, OrgDescription } from "../describe/org-description.ts";
import { encodeSoql } from "../soql/soql.ts";
import { completeList, type CompleteList } from "./complete-field-list.ts";
import type { ReadRule } from "./read-rules.ts";
import { limitedToOne, soqlText, type SoqlStatement } from "./soql-statement.ts";
import { soslText, type SoslObject, type SoslStatement } from "./sosl-statement.ts";

/** A query as it is sent. */
export interface QueryToSend {
  kind: "query";
  text: string;
  /** Fields that did not fit into it; they are fetched by the records' ids. */
  rest: readonly string[];
}

/** A search as it is sent, for the records of one object. */
export interface SearchToSend {
  kind: "search";
  /** The search of this object alone, to be asked for page by page; or of all objects, where one LIMIT holds for them together. */
  statement: SoslStatement;
  /** How many records are wanted, where the rule says so. */
  wanted: number | undefined;
}

/** What one rule returns of one object. */
export interface RulePart {
  description: ObjectDescription;
  fields: readonly FieldType[];
  aliases: SoqlStatement["aliases"];
  send: QueryToSend | SearchToSend;
}

/** A rule that was held against the org's description. */
export interface ResolvedRule {
  name: string;
  language: ReadRule["language"];
  parts: readonly RulePart[];
  /** Objects that the org does not show. */
  unknown: readonly string[];
  /** Asks Salesforce about the statement, for one row at most. */
  sample: string;
  /** The statement whose plan Salesforce can be asked for; a search has none. */
  plan: string | undefined;
}

/** Holds a rule against the org's description: what has to be added to its statement, and what it will return. */
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
    // As it was written, so that Salesforce says itself what is wrong.
    const text = soqlText(
      query,
      query.items.map((item) => item.text),
    );
    return { name, language, parts: [], unknown: [query.object], sample: limitedToOne(text), plan: text };
  }
  const send = fitted(query, completeList(query, description), maxBytes);
  const part = { description, fields: query.items.map(({ field }) => field), aliases: query.aliases, send };
  return { name, language, parts: [part], unknown: [], sample: limitedToOne(send.text), plan: send.text };
}

/** The statement, as many of the fields from FIELDS() left out as must be for it to fit into a URI. */
function fitted(query: SoqlStatement, { items, expanded }: CompleteList, maxBytes: number): QueryToSend {
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
 * A search of several objects gives at most 250 records of each, and knows no next page; a search of one object has pages. So each object
 * is searched for by itself, unless a LIMIT holds for all of them together.
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
