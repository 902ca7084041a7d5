import { malformedQuery } from "../core/salesforce-error.ts";
import { parseError, type Token, tokenize } from "./tokens.ts";

/** Maximum nesting of conditions, subqueries and calls (unconfirmed). */
const maxDepth = 200;

/** Reserved words. Most of them are listed in "Alias Notation" of the SOQL reference. */
const reservedWords: ReadonlySet<string> = new Set([
  "AND",
  "AS",
  "ASC",
  "CUBE",
  "DESC",
  "ELSE",
  "EXCLUDES",
  "FALSE",
  "FIRST",
  "FOR",
  "FROM",
  "HAVING",
  "IN",
  "INCLUDES",
  "LAST",
  "LIKE",
  "LIMIT",
  "NOT",
  "NULL",
  "NULLS",
  "OR",
  "ROLLUP",
  "SELECT",
  "TRUE",
  "UPDATE",
  "USING",
  "WHERE",
  "WITH",
]);

/** Reads the tokens of a statement from first to last. Keywords ignore case. */
export class TokenReader {
  readonly #statement: string;
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;

  constructor(statement: string) {
    this.#statement = statement;
    this.#tokens = tokenize(statement);
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[this.#index + ahead] ?? this.#tokens.at(-1);
    if (token === undefined) throw new Error("A statement has no tokens, not even its end.");
    return token;
  }

  next(): Token {
    const token = this.peek();
    this.#index += 1;
    return token;
  }

  skip(count: number): void {
    this.#index += count;
  }

  /** Tells if the next tokens are these words and symbols. */
  sees(...expected: readonly string[]): boolean {
    return expected.every((text, ahead) => {
      const token = this.peek(ahead);
      return (token.kind === "word" || token.kind === "symbol") && token.text.toUpperCase() === text;
    });
  }

  /** Reads the next tokens if they are these words and symbols. */
  accepts(...expected: readonly string[]): boolean {
    if (!this.sees(...expected)) return false;
    this.#index += expected.length;
    return true;
  }

  expect(...expected: readonly string[]): void {
    for (const text of expected) if (!this.accepts(text)) throw this.unexpected();
  }

  /** Tells if the next token can be a name. */
  seesName(): boolean {
    const token = this.peek();
    return token.kind === "word" && !reservedWords.has(token.text.toUpperCase());
  }

  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.accepts(",")) items.push(item());
    return items;
  }

  /** Applies a recursive rule. Throws if the rules are nested too deeply. */
  nested<T>(rule: () => T): T {
    this.#depth += 1;
    if (this.#depth > maxDepth) throw malformedQuery("The query is nested too deeply.");
    const result = rule();
    this.#depth -= 1;
    return result;
  }

  /** An error at the next token. */
  error(message: string): Error {
    return parseError(this.#statement, this.peek().at, message);
  }

  /** The error for an unexpected token. */
  unexpected(): Error {
    const { text } = this.peek();
    // A colon starts a bind variable, which only Apex supports.
    const bound = text === ":" ? "Only variable references are allowed in dynamic SOQL/SOSL: " : "";
    return this.error(`${bound}unexpected token: '${text}'`);
  }
}
