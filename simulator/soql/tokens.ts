import { malformedQuery } from "../core/salesforce-error.ts";

/** The last token of a statement has the kind `end`. */
export interface Token {
  readonly kind: "word" | "string" | "number" | "date" | "datetime" | "time" | "symbol" | "end";
  /** As written. Strings include their quotes. */
  readonly text: string;
  /** Offset of the first character in the statement. */
  readonly at: number;
}

// The first matching pattern wins, so dates and times precede numbers. The currency literal USD5000.25 is a word.
const patterns: readonly { readonly kind: Token["kind"]; readonly pattern: RegExp }[] = [
  { kind: "datetime", pattern: /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})/uy },
  { kind: "date", pattern: /\d{4}-\d{2}-\d{2}/uy },
  { kind: "time", pattern: /\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?/uy },
  { kind: "number", pattern: /[+-]?(?:\d+(?:\.\d+)?|\.\d+)/uy },
  { kind: "word", pattern: /[A-Za-z]{3}\d+\.\d+|[A-Za-z]\w*(?:\.[A-Za-z]\w*)*/uy },
  { kind: "symbol", pattern: /<=|>=|!=|<>|[=<>(),:]/uy },
];

/** Throws for unknown characters, unclosed strings and unknown escape sequences. */
export function tokenize(statement: string): Token[] {
  if (statement.includes("\u0000")) throw malformedQuery("unexpected char: 0x0");
  const tokens: Token[] = [];
  let at = 0;
  while (at < statement.length) {
    if (/\s/u.test(statement.charAt(at))) {
      at += 1;
      continue;
    }
    const token = statement.charAt(at) === "'" ? stringToken(statement, at) : plainToken(statement, at);
    tokens.push(token);
    at += token.text.length;
  }
  tokens.push({ kind: "end", text: "<EOF>", at });
  return tokens;
}

function plainToken(statement: string, at: number): Token {
  for (const { kind, pattern } of patterns) {
    pattern.lastIndex = at;
    const match = pattern.exec(statement);
    if (match !== null) return { kind, text: match[0], at };
  }
  throw lexicalError(statement, at, `no viable alternative at character '${statement.charAt(at)}'`);
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
  if (end >= statement.length) throw lexicalError(statement, at, "mismatched character '<EOF>' expecting '''");
  return { kind: "string", text: statement.slice(at, end + 1), at };
}

/** "Quoted String Escape Sequences" of the SOQL reference. */
function checkEscape(statement: string, at: number): void {
  const next = statement.charAt(at + 1);
  if (next === "u" && /^[0-9A-Fa-f]{4}$/u.test(statement.slice(at + 2, at + 6))) return;
  if (next !== "" && "nNrRtTbBfF\"'\\_%".includes(next)) return;
  const message = `Invalid string literal. Illegal character sequence '\\${next}' in string literal`;
  throw lexicalError(statement, at, message);
}

function lexicalError(statement: string, at: number, message: string): Error {
  const { line, column } = position(statement, at);
  return parseError(statement, at, `line ${line}:${column} ${message}`);
}

/** Lines count from 1, columns from 0. */
function position(statement: string, at: number): { line: number; column: number } {
  const lines = statement.slice(0, at).split("\n");
  return { line: lines.length, column: lines.at(-1)?.length ?? 0 };
}

/** A parse error. Its column is zero-based, unlike other errors, whose column starts at 1. The caret matches the column. */
export function parseError(statement: string, at: number, text: string): Error {
  const caretAt = Math.max(0, at - 1);
  const { line, column } = position(statement, at);
  return malformedQuery(`${excerpt(statement, caretAt)}\nERROR at Row:${line}:Column:${column}\n${text}`);
}

/** Formats an error message as Salesforce does: an excerpt of the statement, a caret, row and column, the text. */
export function messageAt(statement: string, at: number, text: string): string {
  const { line, column } = position(statement, at);
  return `${excerpt(statement, at)}\nERROR at Row:${line}:Column:${column + 1}\n${text}`;
}

/** In characters (unconfirmed). The excerpt has whole words only. */
const excerptBefore = 40;
const excerptAfter = 30;

function excerpt(statement: string, at: number): string {
  const from = at <= excerptBefore ? 0 : wordStart(statement, at - excerptBefore, at);
  const to = statement.slice(at + excerptAfter).search(/\s|$/u) + at + excerptAfter;
  const text = statement.slice(from, Math.min(to, at + 2 * excerptAfter)).replaceAll(/\s/gu, " ");
  return `\n${text}\n${" ".repeat(at - from)}^`;
}

/** The beginning of the first word after `from`, or `from` itself in a long word. */
function wordStart(statement: string, from: number, at: number): number {
  const space = statement.slice(from, at).search(/\s/u);
  return space < 0 ? from : from + space + 1;
}
