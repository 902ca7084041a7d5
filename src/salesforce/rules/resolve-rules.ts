import type { FieldType } from "@jetstreamapp/soql-parser-js";
import type { ObjectDescription, OrgDescription } from "../describe/org-description.ts";
import { encodeSoql } from "../soql/soql.ts";
import { completeList, type CompleteList } from "./complete-field-list.ts";
import type { ReadRule } from "./read-rules.ts";
import { SecuredList } from "./secured-list.ts";
import { limitedToOne, soqlText, type SelectItem, type SoqlStatement } from "./soql-statement.ts";
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
  /** With document-level security: what readers need for the fields. */
  permissionFields: readonly string[];
}

/** Fields of documents that have readers, without these. */
export interface RuleSecurity {
  withoutFields: ReadonlySet<string>;
}

interface ResolveOptions {
  org: OrgDescription;
  maxBytes: number;
  security: RuleSecurity | undefined;
}

/** A rule whose objects and fields were looked up in the org. */
export interface ResolvedRule {
  name: string;
  language: ReadRule["language"];
  parts: readonly RulePart[];
  /** Objects that do not exist or are not visible. */
  unknown: readonly string[];
  /** Why it cannot be decided who may see what the rule selects. */
  undecided: readonly string[];
  /** The statement limited to one row, for validation. */
  sample: string;
  /** The statement to explain. Salesforce does not explain searches. */
  plan: string | undefined;
}

/** Looks up a rule's objects and fields in the org, and adds the fields that a sync requires. */
export function resolveRule(rule: ReadRule, options: ResolveOptions): Promise<ResolvedRule> {
  return rule.language === "SOQL" ? resolveQuery(rule, options) : resolveSearch(rule, options);
}

async function resolveQuery(
  { name, language, query }: Extract<ReadRule, { language: "SOQL" }>,
  { org, maxBytes, security }: ResolveOptions,
): Promise<ResolvedRule> {
  const described = await org.describe(query.object);
  if (!described) {
    // Sent unchanged, so that Salesforce's own error message tells the author what is wrong.
    const text = soqlText(
      query,
      query.items.map((item) => item.text),
    );
    return {
      name,
      language,
      parts: [],
      unknown: [query.object],
      undecided: [],
      sample: limitedToOne(text),
      plan: text,
    };
  }
  const { undecided, ...list } = await listFor(query, described, { org, security });
  const send = fitToUri(query, completeList({ ...list, aliases: query.aliases }, list.description), maxBytes);
  const sample = limitedToOne(send.text);
  return { name, language, parts: [partOf(list, query, send)], unknown: [], undecided, sample, plan: send.text };
}

interface ResolvedList extends Pick<RulePart, "description" | "permissionFields"> {
  items: readonly SelectItem[];
}

/** The items that documents may contain, and the object as it expands FIELDS(). */
async function listFor(
  list: Pick<SoqlStatement, "items" | "aliases">,
  description: ObjectDescription,
  { org, security }: Pick<ResolveOptions, "org" | "security">,
): Promise<ResolvedList & { undecided: readonly string[] }> {
  if (!security) return { items: list.items, description, permissionFields: [], undecided: [] };
  const secured = new SecuredList(org, security.withoutFields);
  const items = await secured.items(list, description);
  const { undecided, permissionFields } = secured;
  return { items, description: secured.shown(description), permissionFields: [...permissionFields], undecided };
}

const partOf = (
  { items, description, permissionFields }: ResolvedList,
  { aliases }: Pick<SoqlStatement, "aliases">,
  send: RulePart["send"],
): RulePart => ({ description, permissionFields, fields: items.map(({ field }) => field), aliases, send });

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
  { org, security }: ResolveOptions,
): Promise<ResolvedRule> {
  const unknown: string[] = [];
  const undecided = security ? excerptsOf(query) : [];
  const found: { object: SoslObject; list: ResolvedList; aliases: SoqlStatement["aliases"] }[] = [];
  const complete: SoslObject[] = [];
  for (const { list, ...object } of objects) {
    const described = await org.describe(object.name);
    if (!described) {
      unknown.push(object.name);
      complete.push(object);
      continue;
    }
    const { undecided: problems, ...resolved } = await listFor(list, described, { org, security });
    undecided.push(...problems);
    const { aliases } = list;
    const fields = completeList({ items: resolved.items, aliases }, resolved.description).items;
    complete.push({ ...object, fields });
    found.push({ object: { ...object, fields }, list: resolved, aliases });
  }
  const whole = { ...query, objects: complete };
  const parts = found.map(({ object, list, aliases }) => partOf(list, { aliases }, searchFor(object, whole)));
  return { name, language, parts, unknown, undecided, sample: soslText({ ...whole, limit: 1 }), plan: undefined };
}

/** Excerpts and highlights may show fields that the rule does not select. */
function excerptsOf({ tail }: SoslStatement): string[] {
  const found = /\bWITH\s+(?<clause>SNIPPET|HIGHLIGHT)\b/iu.exec(tail)?.groups?.["clause"];
  if (found === undefined) return [];
  return [`has WITH ${found}, and document level security cannot decide which users may see the excerpts. Remove it.`];
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
