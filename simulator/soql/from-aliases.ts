import { malformedQuery } from "../salesforce-error.ts";
import type { Token } from "./tokens.ts";

// `FROM Contact c, c.Account a, a.Owner o`: aliases for parents (SOQL reference, "FROM"). The library reads only the first, so the
// others are written out wherever they are used, and taken out of the FROM clause.

interface Replacement {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The statement without the additional aliases of its outermost FROM clause. */
export function rewriteAliases(text: string, tokens: readonly Token[]): string {
  const from = outermostFrom(tokens);
  if (from === undefined) return text;
  const comma = commaAfter(tokens, from);
  if (comma === undefined) return text;
  const { aliases, end } = readAliases(tokens, comma);
  const replacements: Replacement[] = [{ from: tokens[comma]?.at ?? 0, to: end, text: "" }];
  for (const token of tokens) {
    const replaced = token.at > (tokens[from]?.at ?? 0) && token.at < end ? undefined : writtenOut(token, aliases);
    if (replaced !== undefined) replacements.push({ from: token.at, to: token.at + token.text.length, text: replaced });
  }
  return applied(text, replacements);
}

function outermostFrom(tokens: readonly Token[]): number | undefined {
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.text === "(") depth += 1;
    if (token.text === ")") depth -= 1;
    if (depth === 0 && token.kind === "word" && token.text.toUpperCase() === "FROM") return index;
  }
  return undefined;
}

/** The comma behind the object and its alias, if there is one. */
function commaAfter(tokens: readonly Token[], from: number): number | undefined {
  for (const index of [from + 2, from + 3]) {
    if (tokens[index]?.text === ",") return index;
    if (tokens[index]?.text.toUpperCase() === "AS") return tokens[index + 2]?.text === "," ? index + 2 : undefined;
  }
  return undefined;
}

function readAliases(tokens: readonly Token[], comma: number): { aliases: Map<string, string>; end: number } {
  const aliases = new Map<string, string>();
  let index = comma;
  let end = 0;
  while (tokens[index]?.text === ",") {
    const path = tokens[index + 1];
    const alias = tokens[index + 2];
    if (path?.kind !== "word" || alias?.kind !== "word" || !path.text.includes(".")) {
      throw malformedQuery(`unexpected token: ','`);
    }
    aliases.set(alias.text.toLowerCase(), writtenOut(path, aliases) ?? path.text);
    end = alias.at + alias.text.length;
    index += 3;
  }
  return { aliases, end };
}

function writtenOut(token: Token, aliases: ReadonlyMap<string, string>): string | undefined {
  if (token.kind !== "word" || !token.text.includes(".")) return undefined;
  const dot = token.text.indexOf(".");
  const path = aliases.get(token.text.slice(0, dot).toLowerCase());
  return path === undefined ? undefined : path + token.text.slice(dot);
}

function applied(text: string, replacements: readonly Replacement[]): string {
  let result = "";
  let done = 0;
  for (const { from, to, text: replacement } of [...replacements].sort((a, b) => a.from - b.from)) {
    result += text.slice(done, from) + replacement;
    done = to;
  }
  return result + text.slice(done);
}
