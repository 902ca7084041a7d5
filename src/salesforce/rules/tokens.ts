// The tokens of a SOQL or SOSL statement with their positions. A rule's statement is changed only at positions found here, so that syntax
// that the SOQL parser does not support is kept. Salesforce validates the rest.
// https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm

/** A `word` may contain dots; a `number` may also be a date or a time. */
export interface Token {
  kind: "word" | "string" | "number" | "sign";
  text: string;
  start: number;
  end: number;
  /** The number of open parentheses. A parenthesis itself has the depth outside it. */
  depth: number;
}

const word = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/y;
// Dates and times contain signs. These cannot be operators, because SOQL has no arithmetic.
const number = /\d[\w.:+-]*/y;

/**
 * Splits a statement into tokens, from the offset `from`.
 * @throws SyntaxError for a string that does not end and for parentheses that do not match
 */
export function tokenize(statement: string, from = 0): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  let start = from;
  while (start < statement.length) {
    if (/\s/.test(statement.charAt(start))) {
      start++;
      continue;
    }
    const { kind, end } = tokenAt(statement, start);
    const text = statement.slice(start, end);
    if (text === ")") depth--;
    if (depth < 0) throw new SyntaxError("it has a closing parenthesis without an opening one");
    tokens.push({ kind, text, start, end, depth });
    if (text === "(") depth++;
    start = end;
  }
  if (depth > 0) throw new SyntaxError("it has a parenthesis that is not closed");
  return tokens;
}

/** Keywords are compared in upper case. */
export function isWord(token: Token | undefined, ...keywords: readonly string[]): boolean {
  return token?.kind === "word" && keywords.includes(token.text.toUpperCase());
}

/** The index of a keyword that is followed by one of `next`, at this depth; -1 if there is none. */
export function indexOfPair(
  tokens: readonly Token[],
  { keyword, next, depth }: { keyword: string; next: readonly string[]; depth: number },
): number {
  return tokens.findIndex(
    (token, index) => token.depth === depth && isWord(token, keyword) && isWord(tokens[index + 1], ...next),
  );
}

/** The index of `LIMIT` or `OFFSET` with a number, at this depth; -1 if there is none. */
export function indexOfNumber(tokens: readonly Token[], keyword: "LIMIT" | "OFFSET", depth: number): number {
  return tokens.findIndex(
    (token, index) => token.depth === depth && isWord(token, keyword) && tokens[index + 1]?.kind === "number",
  );
}

/** Splits a list at its commas. A TYPEOF with its branches is one item. */
export function listItems(tokens: readonly Token[], depth: number): Token[][] {
  const items: Token[][] = [[]];
  let inTypeof = false;
  for (const token of tokens) {
    const item = items.at(-1) ?? [];
    if (token.text === "," && token.depth === depth && !inTypeof) {
      items.push([]);
      continue;
    }
    if (token.depth === depth && item.length === 0 && isWord(token, "TYPEOF")) inTypeof = true;
    if (token.depth === depth && isWord(token, "END")) inTypeof = false;
    item.push(token);
  }
  return items;
}

/** The text from the first token to the last. */
export function textOf(statement: string, tokens: readonly Token[]): string {
  return statement.slice(tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0);
}

function tokenAt(statement: string, start: number): Pick<Token, "kind" | "end"> {
  if (statement.charAt(start) === "'") return { kind: "string", end: stringEnd(statement, start) };
  for (const [kind, pattern] of [
    ["word", word],
    ["number", number],
  ] as const) {
    pattern.lastIndex = start;
    if (pattern.test(statement)) return { kind, end: pattern.lastIndex };
  }
  return { kind: "sign", end: start + 1 };
}

function stringEnd(statement: string, start: number): number {
  for (let end = start + 1; end < statement.length; end++) {
    if (statement.charAt(end) === "\\") end++;
    else if (statement.charAt(end) === "'") return end + 1;
  }
  throw new SyntaxError("it has a string without a closing quote");
}
