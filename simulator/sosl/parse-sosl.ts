import { badRequest } from "../core/salesforce-error.ts";

export type SearchGroup = "ALL" | "NAME" | "EMAIL" | "PHONE" | "SIDEBAR";

/** An object of RETURNING. */
export interface Returning {
  readonly object: string;
  /** Undefined if the object has no field list; then only Ids are returned. */
  readonly fields: string | undefined;
  readonly where: string | undefined;
  readonly orderBy: string | undefined;
  readonly limit: number | undefined;
  readonly offset: number | undefined;
}

export interface SearchStatement {
  readonly term: string;
  readonly group: SearchGroup;
  readonly returning: readonly Returning[];
  readonly limit: number | undefined;
}

const maxStatement = 100_000;
const maxOffset = 2000;

export function malformedSearch(message: string): Error {
  return badRequest("MALFORMED_SEARCH", message);
}

/** Parses `FIND {term} [IN x FIELDS] [RETURNING …] [WITH …] [LIMIT n] [UPDATE …]` ("SOSL Syntax"). */
export function parseSosl(text: string): SearchStatement {
  if (text.length > maxStatement)
    throw malformedSearch(`SOSL statements cannot be longer than ${maxStatement} characters.`);
  const find = /^\s*FIND\s*\{/iu.exec(text);
  if (find === null) throw malformedSearch("SOSL statements begin with FIND {term}");
  const end = closingBrace(text, find[0].length);
  const term = text.slice(find[0].length, end);
  let rest = text.slice(end + 1).trim();
  const group = /^IN\s+(?<group>ALL|NAME|EMAIL|PHONE|SIDEBAR)\s+FIELDS\b/iu.exec(rest);
  if (group !== null) rest = rest.slice(group[0].length).trim();
  const returning = /^RETURNING\b/iu.exec(rest);
  let objects: Returning[] = [];
  if (returning !== null) {
    const read = readReturning(rest.slice(returning[0].length).trim());
    objects = read.objects;
    rest = read.rest;
  }
  const limit = readTail(rest);
  return {
    term: checkedTerm(term),
    group: (group?.groups?.["group"]?.toUpperCase() ?? "ALL") as SearchGroup,
    returning: objects,
    limit,
  };
}

function closingBrace(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (text.charAt(at) === "\\") at += 1;
    else if (text.charAt(at) === "}") return at;
  }
  throw malformedSearch("The search term is not closed by a brace");
}

function checkedTerm(term: string): string {
  const unescaped = term.replaceAll(/\\(.)/gsu, "");
  const reserved = /[?&|!{}[\]()^~:\\+-]/u.exec(unescaped.replaceAll(/["*?()&|!]/gu, ""));
  if (reserved !== null) throw malformedSearch(`The character ${reserved[0]} must be escaped in a search term`);
  if (term.replaceAll(/[*?"\s]/gu, "").length < 2) {
    throw malformedSearch("search term must be longer than one character");
  }
  return term;
}

/** Reads `WITH …`, `LIMIT n` and `UPDATE …` at the end. Returns the limit. */
function readTail(text: string): number | undefined {
  const tail =
    /^(?:WITH\s+[^]*?)?(?:\bLIMIT\s+(?<limit>\d+)\s*)?(?:\bUPDATE\s+(?:TRACKING|VIEWSTAT)(?:\s*,\s*(?:TRACKING|VIEWSTAT))?\s*)?$/iu.exec(
      text,
    );
  if (tail === null) throw malformedSearch(`unexpected token: '${text.split(/\s/u)[0] ?? text}'`);
  return tail.groups?.["limit"] === undefined ? undefined : Number(tail.groups["limit"]);
}

function readReturning(text: string): { objects: Returning[]; rest: string } {
  const objects: Returning[] = [];
  let rest = text;
  for (;;) {
    const name = /^(?<name>[A-Za-z]\w*)\s*/u.exec(rest);
    if (name?.groups === undefined) throw malformedSearch("RETURNING names no object");
    rest = rest.slice(name[0].length);
    let inside: string | undefined;
    if (rest.startsWith("(")) {
      const end = closingParenthesis(rest);
      inside = rest.slice(1, end);
      rest = rest.slice(end + 1).trim();
    }
    objects.push(readObject(name.groups["name"] ?? "", inside));
    if (!rest.startsWith(",")) return { objects, rest };
    rest = rest.slice(1).trim();
  }
}

function closingParenthesis(text: string): number {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quoted && character === "\\") at += 1;
    else if (character === "'") quoted = !quoted;
    else if (!quoted && character === "(") depth += 1;
    else if (!quoted && character === ")") {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  throw malformedSearch("expecting a right parenthesis, found '<EOF>'");
}

function readObject(object: string, inside: string | undefined): Returning {
  const none = { object, fields: undefined, where: undefined, orderBy: undefined, limit: undefined, offset: undefined };
  if (inside === undefined) return none;
  // Strings are masked so that the pattern does not match keywords in them.
  const masked = inside.replaceAll(/'(?:\\[^]|[^'\\])*'/gu, (text) => `'${"x".repeat(text.length - 2)}'`);
  const found =
    /^(?<fields>(?:(?!\b(?:WHERE|ORDER\s+BY|LIMIT|OFFSET|USING)\b)[^])*)(?:USING\s+ListView\s*=\s*\w+\s*)?(?:\bWHERE\b(?<where>[^]*?))?(?:\bORDER\s+BY\b(?<order>[^]*?))?(?:\bLIMIT\s+(?<limit>\d+)\s*)?(?:\bOFFSET\s+(?<offset>\d+)\s*)?$/diu.exec(
      masked,
    );
  if (found === null) throw malformedSearch(`RETURNING ${object} is malformed`);
  const clause = (name: string) => {
    const place = found.indices?.groups?.[name];
    return place === undefined ? undefined : inside.slice(place[0], place[1]).trim();
  };
  const [limit, offset] = ["limit", "offset"].map((name) => {
    const text = clause(name);
    return text === undefined ? undefined : Number(text);
  });
  if (offset !== undefined && offset > maxOffset) {
    throw badRequest("NUMBER_OUTSIDE_VALID_RANGE", `Maximum SOSL offset allowed is ${maxOffset}`);
  }
  return {
    object,
    fields: clause("fields"),
    where: clause("where"),
    orderBy: clause("order"),
    limit,
    offset,
  };
}
