import { malformedQuery } from "../salesforce-error.ts";
import { hideTime } from "./literal-notation.ts";
import type { Token } from "./tokens.ts";

// The parser library reads comparisons well but loses parentheses and NOTs where several follow one another. So each condition is split
// before it sees the statement: how the comparisons are joined stays here, as a shape; the library gets them as a plain chain of ANDs.

/** How the comparisons of a condition are joined; they come in the order of the text. */
export type Shape =
  | { readonly kind: "leaf" }
  | { readonly kind: "and" | "or"; readonly parts: readonly Shape[] }
  | { readonly kind: "not"; readonly part: Shape };

/** The statement for the library, and the shapes of its conditions in the order of the text. */
interface Split {
  readonly text: string;
  readonly shapes: readonly Shape[];
}

/** A LIMIT that stands for none: the library reads OFFSET only behind one. */
export const noLimit = 2_147_483_647;

const clauseWords: ReadonlySet<string> = new Set([
  "GROUP",
  "ORDER",
  "LIMIT",
  "OFFSET",
  "WITH",
  "FOR",
  "UPDATE",
  "HAVING",
  "ALL",
]);

/** Splits the conditions of a statement off. */
export function splitConditions(tokens: readonly Token[]): Split {
  const splitter = new Splitter(tokens);
  splitter.readQuery();
  return { text: splitter.text(), shapes: splitter.shapes };
}

class Splitter {
  readonly shapes: Shape[] = [];
  readonly #tokens: readonly Token[];
  readonly #parts: string[] = [];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  text(): string {
    return this.#parts.join("");
  }

  /** Copies a query up to its end or to the parenthesis that closes it. */
  readQuery(): void {
    let limited = false;
    for (let token = this.#peek(); token !== undefined && token.text !== ")"; token = this.#peek()) {
      const word = token.kind === "word" ? token.text.toUpperCase() : "";
      if (word === "LIMIT") limited = true;
      if (word === "OFFSET" && !limited && this.#tokens[this.#at + 1]?.kind === "number") {
        this.#parts.push(` LIMIT ${noLimit} `);
      }
      if (token.text === "(") this.#copyParenthesis();
      else this.#copy();
      if (word === "WHERE" || word === "HAVING") this.#condition();
    }
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #copy(): void {
    const token = this.#peek();
    const previous = this.#tokens[this.#at - 1];
    if (token === undefined) return;
    const joined = previous !== undefined && previous.at + previous.text.length === token.at;
    const time = token.kind === "number" && /^\d{2}:/u.test(token.text);
    this.#parts.push(joined ? "" : " ", time ? hideTime(token.text) : token.text);
    this.#at += 1;
  }

  #copyParenthesis(): void {
    this.#copy();
    if (this.#peek()?.text.toUpperCase() === "SELECT") this.readQuery();
    else {
      for (let token = this.#peek(); token !== undefined && token.text !== ")"; token = this.#peek()) {
        if (token.text === "(") this.#copyParenthesis();
        else this.#copy();
      }
    }
    this.#copy();
  }

  #condition(): void {
    const place = this.shapes.length;
    this.shapes.push({ kind: "leaf" });
    this.shapes[place] = this.#chain(true);
  }

  /** Terms joined by one operator; the first comparison of a condition goes to the library bare, the others behind AND. */
  #chain(first: boolean): Shape {
    const parts = [this.#term(first)];
    let operator: "and" | "or" | undefined;
    for (let word = this.#operator(); word !== undefined; word = this.#operator()) {
      if (operator !== undefined && operator !== word)
        throw malformedQuery(`unexpected token: ${this.#peek()?.text ?? ""}`);
      operator = word;
      this.#at += 1;
      parts.push(this.#term(false));
    }
    const [only] = parts;
    return operator === undefined && only !== undefined ? only : { kind: operator ?? "and", parts };
  }

  #operator(): "and" | "or" | undefined {
    const word = this.#peek()?.text.toUpperCase();
    return word === "AND" ? "and" : word === "OR" ? "or" : undefined;
  }

  #term(first: boolean): Shape {
    const token = this.#peek();
    if (token?.text === "(") {
      this.#at += 1;
      const inner = this.#chain(first);
      if (this.#peek()?.text !== ")") throw malformedQuery(`unexpected token: '${this.#peek()?.text ?? "<EOF>"}'`);
      this.#at += 1;
      return inner;
    }
    if (token?.text.toUpperCase() === "NOT") {
      this.#at += 1;
      return { kind: "not", part: this.#term(first) };
    }
    if (!first) this.#parts.push(" AND ");
    this.#leaf();
    return { kind: "leaf" };
  }

  #leaf(): void {
    const start = this.#at;
    for (let token = this.#peek(); token !== undefined && token.text !== ")"; token = this.#peek()) {
      const word = token.kind === "word" ? token.text.toUpperCase() : "";
      if (word === "AND" || word === "OR" || (clauseWords.has(word) && this.#at > start)) break;
      if (this.#at === start) this.#parts.push(" ");
      if (token.text === "(") this.#copyParenthesis();
      else this.#copy();
    }
    if (this.#at === start) throw malformedQuery(`unexpected token: '${this.#peek()?.text ?? "<EOF>"}'`);
  }
}
