import { malformedQuery } from "../core/salesforce-error.ts";
import { type Token, tokenize } from "./tokens.ts";

/** How deep conditions, subqueries and calls may nest (unconfirmed). */
const maxDepth = 200;

/** Words that name nothing: neither a field nor an alias. The SOQL reference lists most of them ("Alias Notation"). */
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

/** The tokens of a statement, read from first to last. Keywords are compared without regard to case. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;

  constructor(statement: string) {
    this.#tokens = tokenize(statement);
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[this.#index + ahead] ?? this.#tokens.at(-1);
    if (token === undefined) throw new Error("A statement has at least its end as a token.");
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

  /** Reads these words and symbols if they come next. */
  accepts(...expected: readonly string[]): boolean {
    if (!this.sees(...expected)) return false;
    this.#index += expected.length;
    return true;
  }

  expect(...expected: readonly string[]): void {
    for (const text of expected) if (!this.accepts(text)) throw this.unexpected();
  }

  /** Tells if the next token can name a field, an object or an alias. */
  seesName(): boolean {
    const token = this.peek();
    return token.kind === "word" && !reservedWords.has(token.text.toUpperCase());
  }

  /** Reads one or more items with commas between them. */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.accepts(",")) items.push(item());
    return items;
  }

  /** Reads a rule that can contain itself. */
  nested<T>(rule: () => T): T {
    this.#depth += 1;
    if (this.#depth > maxDepth) throw malformedQuery("The query is nested too deeply.");
    const result = rule();
    this.#depth -= 1;
    return result;
  }

  /** The error for the next token. */
  unexpected(): Error {
    const { text } = this.peek();
    // A colon begins a bind variable, which exists in Apex only.
    const bound = text === ":" ? "Only variable references are allowed in dynamic SOQL/SOSL: " : "";
    return malformedQuery(`${bound}unexpected token: '${text}'`);
  }
}
