// The words of a SOQL or SOSL statement with their places in it. A rule's statement is changed at places found here and stays as it was
// written everywhere else, so that nothing is lost that a library does not know. What Salesforce does not take is left for it to refuse.
// https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm

/** One word (with its dots), string, number or date, or sign. */
export interface Token {
  kind: "word" | "string" | "number" | "sign";
  text: string;
  start: number;
  end: number;
  /** How many parentheses are open around it; a parenthesis counts as outside of what it encloses. */
  depth: number;
}

const word = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/y;
// A date or a time holds signs that end a word elsewhere; there is no arithmetic that they could be mistaken for.
const number = /\d[\w.:+-]*/y;

/**
 * Splits a statement, from `from` on.
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
    if (depth < 0) throw new SyntaxError("a closing parenthesis has no opening one");
    tokens.push({ kind, text, start, end, depth });
    if (text === "(") depth++;
    start = end;
  }
  if (depth > 0) throw new SyntaxError("a parenthesis is not closed");
  return tokens;
}

/** Whether a token is this keyword, in any case. */
export function isWord(token: Token | undefined, ...keywords: readonly string[]): boolean {
  return token?.kind === "word" && keywords.includes(token.text.toUpperCase());
}

/** Where a keyword stands that is followed by one of some others, at this depth; -1 where it does not. */
export function indexOfPair(
  tokens: readonly Token[],
  { keyword, next, depth }: { keyword: string; next: readonly string[]; depth: number },
): number {
  return tokens.findIndex(
    (token, index) => token.depth === depth && isWord(token, keyword) && isWord(tokens[index + 1], ...next),
  );
}

/** Where `LIMIT` or `OFFSET` stands with its number, at this depth; -1 where it does not. */
export function indexOfNumber(tokens: readonly Token[], keyword: "LIMIT" | "OFFSET", depth: number): number {
  return tokens.findIndex(
    (token, index) => token.depth === depth && isWord(token, keyword) && tokens[index + 1]?.kind === "number",
  );
}

/** The items of a list, split at its commas. A TYPEOF with its branches is one item. */
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

/** The text from the first of some tokens to the last. */
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
  throw new SyntaxError("a quoted text is not closed");
}
