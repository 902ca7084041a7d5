import { malformedQuery } from "../salesforce-error.ts";

/** One word, literal or sign of a statement. */
export interface Token {
  readonly kind: "word" | "string" | "number" | "symbol";
  readonly text: string;
  /** Offset of the first character. */
  readonly at: number;
}

// Dates and times begin with a digit and hold signs that would otherwise end a word, so they are one token.
const patterns: readonly { readonly kind: Token["kind"]; readonly pattern: RegExp }[] = [
  { kind: "number", pattern: /\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?/uy },
  { kind: "number", pattern: /\d[\w.:]*(?:-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?)?/uy },
  { kind: "word", pattern: /[A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)*/uy },
  { kind: "symbol", pattern: /<=|>=|!=|<>|[=<>(),:+\-.]/uy },
];

/** Splits a statement into tokens. Refuses characters that SOQL does not know, open strings, and escapes other than SOQL's. */
export function tokenize(statement: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  if (statement.includes("\u0000")) throw malformedQuery("unexpected char: 0x0");
  while (at < statement.length) {
    if (/\s/u.test(statement.charAt(at))) {
      at += 1;
      continue;
    }
    const token = statement.charAt(at) === "'" ? stringToken(statement, at) : plainToken(statement, at);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function plainToken(statement: string, at: number): Token {
  for (const { kind, pattern } of patterns) {
    pattern.lastIndex = at;
    const match = pattern.exec(statement);
    if (match !== null) return { kind, text: match[0], at };
  }
  throw malformedQuery(
    `line ${lineOf(statement, at)}:${columnOf(statement, at)} no viable alternative at character '${statement.charAt(at)}'`,
  );
}

function stringToken(statement: string, at: number): Token {
  let end = at + 1;
  while (end < statement.length && statement.charAt(end) !== "'") {
    if (statement.charAt(end) === "\\") {
      checkEscape(statement, end);
      end += 1;
    }
    end += 1;
  }
  if (end >= statement.length) {
    throw malformedQuery(
      `line ${lineOf(statement, at)}:${columnOf(statement, at)} mismatched character '<EOF>' expecting '''`,
    );
  }
  return { kind: "string", text: statement.slice(at, end + 1), at };
}

/** "Quoted String Escape Sequences" of the SOQL reference: any other backslash is an error. */
function checkEscape(statement: string, at: number): void {
  const next = statement.charAt(at + 1);
  if (next === "u" && /^[0-9A-Fa-f]{4}$/u.test(statement.slice(at + 2, at + 6))) return;
  if (next !== "" && "nNrRtTbBfF\"'\\_%".includes(next)) return;
  throw malformedQuery(
    `line ${lineOf(statement, at)}:${columnOf(statement, at)} Invalid string literal. Illegal character sequence '\\${next}' in string literal`,
  );
}

function lineOf(statement: string, at: number): number {
  return statement.slice(0, at).split("\n").length;
}

function columnOf(statement: string, at: number): number {
  return at - statement.lastIndexOf("\n", at - 1) - 1;
}

const namedEscapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

/** The text of a string literal: quotes off, escapes resolved. */
export function unquote(literal: string): string {
  return literal.slice(1, -1).replaceAll(/\\(u[0-9A-Fa-f]{4}|.)/gsu, (_, escape: string) => resolveEscape(escape));
}

function resolveEscape(escape: string): string {
  if (escape.length > 1) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
  return namedEscapes[escape.toLowerCase()] ?? escape;
}

/**
 * The pattern of LIKE for SQL, with the backslash as its escape character: `%` and `_` stay wildcards unless they were escaped, any
 * other escape stands for its character.
 */
export function likePattern(raw: string): string {
  return raw.replaceAll(/\\(u[0-9A-Fa-f]{4}|.)/gsu, (_, escape: string) => {
    const character = resolveEscape(escape);
    return "%_\\".includes(character) ? `\\${character}` : character;
  });
}

/**
 * The message that Salesforce puts together for a mistake at a known place: the line around it, a caret below, row and column, the text.
 */
export function messageAt(statement: string, at: number, text: string): string {
  const before = statement.slice(Math.max(0, at - 30), at).replaceAll("\n", " ");
  const after = statement.slice(at, at + 30).replaceAll("\n", " ");
  const caret = " ".repeat(before.length);
  return `\n${before}${after}\n${caret}^\nERROR at Row:${lineOf(statement, at)}:Column:${columnOf(statement, at) + 1}\n${text}`;
}
