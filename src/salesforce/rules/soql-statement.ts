import { createRequire } from "node:module";
import type * as SoqlParser from "@jetstreamapp/soql-parser-js";
import type { FieldType } from "@jetstreamapp/soql-parser-js";
import { indexOfNumber, indexOfPair, isWord, listItems, textOf, tokenize, type Token } from "./tokens.ts";

/** One item of a select list: its text, and its parsed form. */
export interface SelectItem {
  text: string;
  field: FieldType;
}

/** A SOQL statement that returns records. Its select list can be extended. */
export interface SoqlStatement {
  /** In the author's spelling. */
  object: string;
  /** Relationship paths by the names of the FROM clause, in lower case. The object itself has an empty path. */
  aliases: ReadonlyMap<string, readonly string[]>;
  items: readonly SelectItem[];
  /** The unchanged text from FROM on. */
  tail: string;
}

const aggregates: ReadonlySet<string> = new Set(["COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX", "GROUPING"]);

/** Members of every document. An alias must not replace them. Those with an underscore cannot be aliases. */
const ownNames: ReadonlySet<string> = new Set(["id", "object_type", "title", "url", "body", "more_fields"]);

const noRecords = "its rows are groups without an Id, which cannot be indexed. Select fields";

/**
 * Parses a statement.
 * @throws SyntaxError with a message for the author of the rule, as the end of a sentence
 */
export function readSoql(text: string): SoqlStatement {
  const tokens = tokenize(text);
  const from = tokens.findIndex((token) => token.depth === 0 && isWord(token, "FROM"));
  if (!isWord(tokens[0], "SELECT")) throw new SyntaxError("it does not begin with SELECT");
  if (from < 0) throw new SyntaxError("it has no FROM");
  refuseClauses(tokens.slice(from));
  const { aliases, end, first } = readFrom(tokens, from);
  const query = parse(forParser(text, tokens, { cut: [first, end] }));
  if (query.groupBy !== undefined || query.having !== undefined) {
    throw new SyntaxError(`it has GROUP BY or HAVING: ${noRecords}, and remove them`);
  }
  const texts = listItems(tokens.slice(1, from), 0).map((item) => textOf(text, item));
  const fields = query.fields ?? [];
  if (fields.length !== texts.length) throw new SyntaxError("its select list cannot be split into fields");
  const items = fields.map((field, index) => ({ text: texts[index] ?? "", field }));
  for (const item of items) refuseItem(item);
  return { object: query.sObject ?? "", aliases, items, tail: text.slice(tokens[from]?.start).trimEnd() };
}

export function soqlText({ tail }: Pick<SoqlStatement, "tail">, items: readonly string[]): string {
  return `SELECT ${items.join(", ")} ${tail}`;
}

/** Replaces or adds LIMIT. */
export function limitedToOne(text: string): string {
  const tokens = tokenize(text);
  const limit = indexOfNumber(tokens, "LIMIT", 0);
  if (limit >= 0) return splice(text, tokens.slice(limit, limit + 2), "LIMIT 1");
  const offset = tokens[indexOfNumber(tokens, "OFFSET", 0)];
  return offset ? `${text.slice(0, offset.start)}LIMIT 1 ${text.slice(offset.start)}` : `${text} LIMIT 1`;
}

/** Adds a condition to a statement from FROM on: both its own and the added one hold. */
export function withCondition(tail: string, condition: string): string {
  const tokens = tokenize(tail);
  const where = tokens.find((token) => token.depth === 0 && isWord(token, "WHERE"));
  const next = tokens.find(
    (token, index) => index > 1 && token.depth === 0 && isWord(token, ...clauses) && !isWord(token, "USING", "WHERE"),
  );
  const end = next?.start ?? tail.length;
  const head = tail.slice(0, where?.start ?? end).trimEnd();
  const own = where ? `(${tail.slice(where.end, end).trim()}) AND ` : "";
  return `${head} WHERE ${own}${condition} ${tail.slice(end)}`.trimEnd();
}

function refuseClauses(tokens: readonly Token[]): void {
  const has = (keyword: string, ...next: readonly string[]): boolean =>
    indexOfPair(tokens, { keyword, next, depth: 0 }) >= 0;
  if (has("FOR", "UPDATE", "VIEW", "REFERENCE") || has("UPDATE", "TRACKING", "VIEWSTAT")) {
    throw new SyntaxError(
      "it has FOR UPDATE, FOR VIEW, FOR REFERENCE or UPDATE, which lock or mark records; a sync only reads. Remove it",
    );
  }
  if (has("ALL", "ROWS")) {
    throw new SyntaxError("it has ALL ROWS, which also returns deleted records. Remove it");
  }
}

function refuseItem({ field, text }: SelectItem): void {
  if (field.type !== "FieldFunctionExpression") return;
  if (aggregates.has(field.functionName.toUpperCase())) {
    throw new SyntaxError(`it selects ${text}: ${noRecords} instead`);
  }
  if (field.alias !== undefined && ownNames.has(field.alias)) {
    throw new SyntaxError(
      `it has the alias ${field.alias} for ${text.slice(0, -field.alias.length).trim()}, but every document has a member of that name. Choose another alias`,
    );
  }
}

interface FromClause {
  aliases: Map<string, readonly string[]>;
  /** The range of tokens that the parser does not support; `end` is exclusive. */
  first: number;
  end: number;
}

/** `FROM Contact c, c.Account a`: the parser supports only the first alias, and no AS. */
function readFrom(tokens: readonly Token[], from: number): FromClause {
  const object = tokens[from + 1];
  if (object?.kind !== "word") throw new SyntaxError("FROM has no object");
  const aliases = new Map<string, readonly string[]>([[object.text.toLowerCase(), []]]);
  let index = from + 2;
  const first = index;
  if (isWord(tokens[index], "AS")) index++;
  const alias = tokens[index];
  if (alias?.kind === "word" && !isWord(alias, ...clauses)) {
    aliases.set(alias.text.toLowerCase(), []);
    index++;
  }
  while (tokens[index]?.text === ",") index = readParentAlias(tokens, index + 1, aliases);
  return { aliases, first, end: index };
}

const clauses = ["USING", "WHERE", "WITH", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FOR", "UPDATE", "ALL"];

function readParentAlias(tokens: readonly Token[], at: number, aliases: Map<string, readonly string[]>): number {
  const path = tokens[at];
  const name = tokens[isWord(tokens[at + 1], "AS") ? at + 2 : at + 1];
  if (path?.kind !== "word" || name?.kind !== "word") {
    throw new SyntaxError("FROM has a comma that is not followed by a parent relationship with an alias");
  }
  aliases.set(name.text.toLowerCase(), resolvePath(path.text, aliases));
  return tokens.indexOf(name) + 1;
}

export function pathOf(
  field: Extract<FieldType, { type: "Field" | "FieldRelationship" }>,
  aliases: SoqlStatement["aliases"],
): readonly string[] {
  return resolvePath("rawValue" in field && field.rawValue ? field.rawValue : field.field, aliases);
}

/** Splits a dotted path. An alias or the object's own name at its start is replaced by its relationship path. */
export function resolvePath(path: string, aliases: SoqlStatement["aliases"]): readonly string[] {
  const [head = "", ...rest] = path.split(".");
  const meaning = rest.length > 0 ? aliases.get(head.toLowerCase()) : undefined;
  return meaning ? [...meaning, ...rest] : [head, ...rest];
}

/**
 * Removes valid SOQL that the parser does not support: aliases after the first, OFFSET without LIMIT, times, and numbers with an exponent.
 * Only parsing uses this text. Salesforce gets the original.
 */
function forParser(text: string, tokens: readonly Token[], { cut: [first, end] }: { cut: [number, number] }): string {
  const known = (token: Token, index: number): string => {
    const offset = isWord(token, "OFFSET")
      ? tokens[index + 1]
      : isWord(tokens[index - 1], "OFFSET")
        ? token
        : undefined;
    if ((index >= first && index < end) || offset?.kind === "number") return "";
    return token.kind === "number" && /^\d\d:\d\d|^[\d.]+e[+-]?\d+$/i.test(token.text) ? "0" : token.text;
  };
  return tokens
    .map((token, index) => `${text.slice(tokens[index - 1]?.end ?? 0, token.start)}${known(token, index)}`)
    .join("");
}

const require = createRequire(import.meta.url);

/** Loaded on demand: the parser builds its grammar when it is loaded, which would double the start time of a service without rules. */
function soqlParser(): typeof SoqlParser {
  return require("@jetstreamapp/soql-parser-js") as typeof SoqlParser;
}

function parse(text: string): SoqlParser.Query {
  try {
    return soqlParser().parseQuery(text);
  } catch (error) {
    if (error instanceof RangeError) throw new SyntaxError("it is nested too deeply");
    throw new SyntaxError(`it is not valid SOQL${unexpectedToken(error)}`);
  }
}

/** The parser's message lists every token that it expected; only the end with the unexpected one helps. */
function unexpectedToken(error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  const found =
    /but found:?\s*(?:-->)?\s*'?(?<token>[^'\n]*?)'?\s*(?:<--)?\s*$/.exec(message) ??
    /unexpected character: ->(?<token>.)<-/su.exec(message);
  const token = found?.groups?.["token"]?.trim();
  if (token === undefined) return "";
  return token === "" ? ": it ends too early" : `: unexpected ${JSON.stringify(token)}`;
}

function splice(text: string, tokens: readonly Token[], replacement: string): string {
  return `${text.slice(0, tokens[0]?.start)}${replacement}${text.slice(tokens.at(-1)?.end)}`;
}
