import { malformedQuery } from "../salesforce-error.ts";
import type { Token } from "./tokens.ts";

/** How deep parentheses may lie in one another before a statement counts as too complicated. */
const maxDepth = 200;

interface Level {
  operators: Set<string>;
}

/**
 * What the parser library lets pass and Salesforce does not: AND and OR side by side without parentheses (SOQL reference, "Logical
 * Operators"), parentheses that do not match, and bind variables, which exist in Apex only.
 */
export function checkTokens(tokens: readonly Token[]): void {
  const levels: Level[] = [{ operators: new Set() }];
  for (const [index, token] of tokens.entries()) {
    if (token.kind === "symbol") checkSymbol(token, levels, tokens[index + 1]);
    if (token.kind === "word") checkWord(token, levels);
  }
  if (levels.length > 1) throw malformedQuery("unexpected token: <EOF>");
}

function checkSymbol(token: Token, levels: Level[], next: Token | undefined): void {
  if (token.text === "(") {
    levels.push({ operators: new Set() });
    if (levels.length > maxDepth) throw malformedQuery("The query is nested too deeply.");
  }
  if (token.text === ")") {
    levels.pop();
    if (levels.length === 0) throw malformedQuery("unexpected token: )");
  }
  if (token.text === ":" && next?.kind === "word") {
    throw malformedQuery(`Only variable references are allowed in dynamic SOQL/SOSL: unexpected token: ':'`);
  }
}

function checkWord(token: Token, levels: Level[]): void {
  const level = levels.at(-1);
  if (level === undefined) return;
  const word = token.text.toUpperCase();
  if (word === "WHERE" || word === "HAVING" || word === "WITH") level.operators = new Set();
  if (word !== "AND" && word !== "OR") return;
  level.operators.add(word);
  if (level.operators.size > 1) throw malformedQuery(`unexpected token: ${token.text}`);
}
