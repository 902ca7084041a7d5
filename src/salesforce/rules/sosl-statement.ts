import { indexOfNumber, isWord, listItems, textOf, tokenize, type Token } from "./tokens.ts";

// FIND {term} [IN group FIELDS] RETURNING Object[(fields [USING …] [WHERE …] [ORDER BY …] [LIMIT n] [OFFSET n])], … [WITH …] [LIMIT n] [UPDATE …]
// https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_syntax.htm

interface Bounds {
  limit?: number;
  offset?: number;
}

/** An object of RETURNING, in the author's spelling. */
export interface SoslObject extends Bounds {
  name: string;
  fields: readonly string[];
  /** USING, WHERE and ORDER BY. */
  clauses: string;
  ordered: boolean;
}

export interface SoslStatement {
  /** `FIND {…} IN … FIELDS RETURNING`. */
  head: string;
  objects: readonly SoslObject[];
  /** The WITH clauses. */
  tail: string;
  /** For all objects together. */
  limit?: number;
}

/**
 * Parses a statement.
 * @throws SyntaxError with a message for the author of the rule, as the end of a sentence
 */
export function readSosl(text: string): SoslStatement {
  const tokens = tokenize(text, endOfTerm(text));
  const returning = returningIndex(tokens);
  const head = text.slice(0, tokens[returning]?.end).trimStart();
  const objects: SoslObject[] = [];
  let index = returning;
  do {
    const [object, next] = readObject(text, tokens, index + 1);
    objects.push(object);
    index = next;
  } while (tokens[index]?.text === ",");
  return { head, objects, ...readTail(text, tokens.slice(index)) };
}

export function soslText({ head, objects, tail, limit }: SoslStatement): string {
  const list = objects.map(objectText).join(", ");
  return [head, list, tail, ...(limit === undefined ? [] : [`LIMIT ${limit}`])].filter((part) => part !== "").join(" ");
}

function objectText({ name, fields, clauses, limit, offset }: SoslObject): string {
  const parts = [
    fields.join(", "),
    clauses,
    ...(limit === undefined ? [] : [`LIMIT ${limit}`]),
    ...(offset === undefined ? [] : [`OFFSET ${offset}`]),
  ].filter((part) => part !== "");
  return parts.length === 0 ? name : `${name}(${parts.join(" ")})`;
}

/** The search term is in braces. Only a backslash is special there: quotes and parentheses need not match. */
function endOfTerm(text: string): number {
  const find = /^\s*FIND\s*/iy.exec(text);
  if (!find) throw new SyntaxError("it does not begin with FIND");
  if (text.charAt(find[0].length) !== "{") {
    throw new SyntaxError("the search term must be in braces, as in FIND {term}");
  }
  for (let end = find[0].length + 1; end < text.length; end++) {
    if (text.charAt(end) === "\\") end++;
    else if (text.charAt(end) === "}") return end + 1;
  }
  throw new SyntaxError("the search term has no closing brace");
}

function returningIndex(tokens: readonly Token[]): number {
  const index = isWord(tokens[0], "IN") ? 3 : 0;
  if (index > 0 && !isWord(tokens[2], "FIELDS")) throw new SyntaxError("IN is not followed by a group of FIELDS");
  const token = tokens[index];
  if (isWord(token, "RETURNING")) return index;
  const found = token ? JSON.stringify(token.text) : "the end of the statement";
  throw new SyntaxError(
    `expected RETURNING with the objects and their fields, as in RETURNING Account(Id, Name); found ${found}`,
  );
}

function readObject(text: string, tokens: readonly Token[], at: number): [SoslObject, next: number] {
  const name = tokens[at];
  if (name?.kind !== "word") throw new SyntaxError("RETURNING has no object");
  if (tokens[at + 1]?.text !== "(") return [{ name: name.text, fields: [], clauses: "", ordered: false }, at + 1];
  const close = tokens.findIndex((token, index) => index > at && token.text === ")" && token.depth === 0);
  return [{ name: name.text, ...readInside(text, tokens.slice(at + 2, close)) }, close + 1];
}

function readInside(text: string, tokens: readonly Token[]): Omit<SoslObject, "name"> {
  const clause = tokens.findIndex(
    (token, index) =>
      token.depth === 1 &&
      (isWord(token, "USING", "WHERE") ||
        (isWord(token, "ORDER") && isWord(tokens[index + 1], "BY")) ||
        (isWord(token, "LIMIT", "OFFSET") && tokens[index + 1]?.kind === "number")),
  );
  const [list, rest] = clause < 0 ? [tokens, []] : [tokens.slice(0, clause), tokens.slice(clause)];
  const fields = list.length === 0 ? [] : listItems(list, 1).map((item) => textOf(text, item));
  if (fields.includes("")) throw new SyntaxError("a field list in RETURNING has an extra comma");
  const bounds = [indexOfNumber(rest, "LIMIT", 1), indexOfNumber(rest, "OFFSET", 1)] as const;
  const found = bounds.filter((index) => index >= 0);
  const end = found.length === 0 ? rest.length : Math.min(...found);
  if (end + 2 * found.length !== rest.length) throw new SyntaxError("LIMIT and OFFSET must be the last clauses");
  return {
    fields,
    clauses: textOf(text, rest.slice(0, end)),
    ordered: rest.some((token) => token.depth === 1 && isWord(token, "ORDER")),
    ...numberAfter("limit", rest, bounds[0]),
    ...numberAfter("offset", rest, bounds[1]),
  };
}

function readTail(text: string, tokens: readonly Token[]): Pick<SoslStatement, "tail" | "limit"> {
  const [first] = tokens;
  if (first && !isWord(first, "WITH", "LIMIT", "UPDATE")) {
    throw new SyntaxError(`unexpected ${JSON.stringify(first.text)} after the objects of RETURNING`);
  }
  if (tokens.some((token, index) => isWord(token, "UPDATE") && isWord(tokens[index + 1], "TRACKING", "VIEWSTAT"))) {
    throw new SyntaxError("it has UPDATE TRACKING or VIEWSTAT, which writes statistics; a sync only reads. Remove it");
  }
  const limit = indexOfNumber(tokens, "LIMIT", 0);
  if (limit < 0) return { tail: textOf(text, tokens) };
  const parts = [textOf(text, tokens.slice(0, limit)), textOf(text, tokens.slice(limit + 2))];
  return { tail: parts.filter((part) => part !== "").join(" "), ...numberAfter("limit", tokens, limit) };
}

function numberAfter(name: "limit" | "offset", tokens: readonly Token[], index: number): Bounds {
  if (index < 0) return {};
  const value = Number(tokens[index + 1]?.text);
  if (!Number.isSafeInteger(value)) throw new SyntaxError(`${name.toUpperCase()} is not followed by a whole number`);
  return { [name]: value };
}
