import { anyOf, characterClasses, foldCase, not, only, range, type CharacterTest } from "./pattern-characters.ts";

/** Something that holds between two characters. */
export type Position = "start" | "end" | "word edge" | "no word edge";

/** A pattern, taken apart. */
export type PatternNode =
  | { readonly kind: "character"; readonly accepts: CharacterTest }
  | { readonly kind: "position"; readonly position: Position }
  | { readonly kind: "sequence"; readonly parts: readonly PatternNode[] }
  | { readonly kind: "choice"; readonly options: readonly PatternNode[] }
  | { readonly kind: "repeat"; readonly part: PatternNode; readonly least: number; readonly most: number };

/** A pattern's tree, or why it has none. */
export type ParsedPattern = { node: PatternNode; problem?: never } | { problem: string; node?: never };

/** Repeating more often than this makes a pattern too large anyway. */
const greatestCount = 1000;
const countForm = /^(?:(?<exact>\d+)|(?<least>\d+),(?<most>\d*)|(?<least>),(?<most>\d+))$/;
const flagsForm = /^\(\?(?<flags>[is]+)\)/;

/**
 * Reads a regular expression: characters, `.`, classes, `\d \w \s`, `^ $ \A \Z \b \B`, groups, `|`, `* + ? {2,3}`, and at the start `(?i)`
 * (any case) and `(?s)` (`.` takes line ends too). What cannot be tried in a time that grows with the text alone (references back, looking
 * ahead and behind) is refused.
 */
export function parsePattern(text: string): ParsedPattern {
  const flags = flagsForm.exec(text)?.groups?.["flags"] ?? "";
  const parser = new PatternParser(text.replace(flagsForm, ""), {
    anyCase: flags.includes("i"),
    dotTakesAll: flags.includes("s"),
  });
  return parser.parse();
}

interface Count {
  least: number;
  most: number;
}

interface Flags {
  anyCase: boolean;
  dotTakesAll: boolean;
}

/** One character of a class, or a whole class such as `\d`. */
interface ClassItem {
  character?: string;
  accepts: CharacterTest;
}

const nothing: PatternNode = { kind: "sequence", parts: [] };
const positions: Readonly<Record<string, Position>> = { A: "start", Z: "end", b: "word edge", B: "no word edge" };
const controls: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f", v: "\v" };

/** The first problem is kept and moves the parser to the end, so that every loop of it ends. */
class PatternParser {
  readonly #characters: readonly string[];
  readonly #flags: Flags;
  #at = 0;
  #problem: string | undefined;

  constructor(text: string, flags: Flags) {
    this.#characters = Array.from(text);
    this.#flags = flags;
  }

  parse(): ParsedPattern {
    const node = this.#choice();
    if (this.#peek() === ")") this.#fail("a ) that closes nothing");
    return this.#problem === undefined ? { node } : { problem: this.#problem };
  }

  #choice(): PatternNode {
    const options = [this.#sequence()];
    while (this.#take("|")) options.push(this.#sequence());
    return options.length === 1 ? (options[0] ?? nothing) : { kind: "choice", options };
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    for (let next = this.#peek(); next !== undefined && next !== "|" && next !== ")"; next = this.#peek()) {
      parts.push(this.#repeated(this.#atom(next)));
    }
    return { kind: "sequence", parts };
  }

  #repeated(part: PatternNode): PatternNode {
    const count = this.#quantifier();
    if (!count) return part;
    // Whether it takes as much as possible or as little does not change whether there is a match.
    this.#take("?");
    if (this.#quantifier()) this.#fail("two counts in a row");
    return { kind: "repeat", part, ...count };
  }

  #quantifier(): Count | undefined {
    if (this.#take("*")) return { least: 0, most: Infinity };
    if (this.#take("+")) return { least: 1, most: Infinity };
    if (this.#take("?")) return { least: 0, most: 1 };
    return this.#peek() === "{" ? this.#writtenCount() : undefined;
  }

  /** `{2}`, `{2,}`, `{2,3}`, `{,3}`; a brace that begins none of these is a character like any other. */
  #writtenCount(): Count | undefined {
    const end = this.#characters.indexOf("}", this.#at);
    const groups = countForm.exec(this.#characters.slice(this.#at + 1, end).join(""))?.groups;
    if (end < 0 || !groups) return undefined;
    this.#at = end + 1;
    const { exact, least = exact, most = exact } = groups;
    const count = { least: Number(least), most: most === "" ? Infinity : Number(most) };
    if (count.most < count.least) this.#fail("a count whose end is before its start");
    if (count.least > greatestCount || (count.most > greatestCount && count.most !== Infinity)) {
      this.#fail(`a count over ${greatestCount}`);
    }
    return count;
  }

  #atom(next: string): PatternNode {
    if ("*+?".includes(next) || (next === "{" && this.#quantifier())) {
      this.#fail("a count with nothing before it");
      return nothing;
    }
    this.#at++;
    if (next === "(") return this.#group();
    if (next === "[") return this.#accepting(this.#class());
    if (next === "^") return { kind: "position", position: "start" };
    if (next === "$") return { kind: "position", position: "end" };
    if (next === ".") return this.#accepting(this.#flags.dotTakesAll ? () => true : not(only("\n")));
    if (next !== "\\") return this.#accepting(only(next));
    const position = positions[this.#peek() ?? ""];
    if (position === undefined) return this.#accepting(this.#escape().accepts);
    this.#at++;
    return { kind: "position", position };
  }

  #accepting(accepts: CharacterTest): PatternNode {
    return { kind: "character", accepts: this.#flags.anyCase ? foldCase(accepts) : accepts };
  }

  #group(): PatternNode {
    if (this.#take("?") && !this.#take(":") && !this.#groupName()) {
      this.#fail("a group of a kind that is not supported (looking ahead or behind, or a setting)");
    }
    const inner = this.#choice();
    if (!this.#take(")")) this.#fail("a ( that is not closed");
    return inner;
  }

  /** `<name>`, or `P<name>`. */
  #groupName(): boolean {
    const length = /^P?<[A-Za-z_]\w*>/.exec(this.#characters.slice(this.#at).join(""))?.[0].length ?? 0;
    this.#at += length;
    return length > 0;
  }

  #class(): CharacterTest {
    const negated = this.#take("^");
    const tests: CharacterTest[] = [];
    do {
      const item = this.#classItem();
      const ranged = this.#peek() === "-" && this.#characters[this.#at + 1] !== "]" && this.#take("-");
      tests.push(ranged ? this.#classRange(item, this.#classItem()) : item.accepts);
    } while (this.#peek() !== "]" && this.#peek() !== undefined);
    if (!this.#take("]")) this.#fail("a [ that is not closed");
    return negated ? not(anyOf(tests)) : anyOf(tests);
  }

  #classItem(): ClassItem {
    const character = this.#characters[this.#at++];
    if (character === "\\") return this.#escape();
    if (character === undefined) this.#fail("a [ that is not closed");
    return { character: character ?? "", accepts: only(character ?? "") };
  }

  #classRange({ character: from }: ClassItem, { character: to }: ClassItem): CharacterTest {
    const test = from === undefined || to === undefined ? undefined : range(from, to);
    if (!test) this.#fail("a range of characters that does not go from one to a later one");
    return test ?? (() => false);
  }

  #escape(): ClassItem {
    const name = this.#characters[this.#at++];
    if (name === undefined) {
      this.#fail("a \\ at the end");
      return { accepts: () => false };
    }
    const characterClass = characterClasses[name];
    if (characterClass) return { accepts: characterClass };
    const character = controls[name] ?? this.#codePoint(name) ?? (/[\p{L}\p{N}]/u.test(name) ? undefined : name);
    if (character === undefined) {
      this.#fail(
        /\d/.test(name) ? `\\${name}, a reference back, which is not supported` : `\\${name}, which means nothing`,
      );
      return { accepts: () => false };
    }
    return { character, accepts: only(character) };
  }

  /** `x41`, `u0041`. */
  #codePoint(name: string): string | undefined {
    const length = { x: 2, u: 4 }[name];
    if (length === undefined) return undefined;
    const digits = this.#characters.slice(this.#at, this.#at + length).join("");
    if (!/^[0-9a-f]+$/i.test(digits) || digits.length < length) return undefined;
    this.#at += length;
    return String.fromCodePoint(Number.parseInt(digits, 16));
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }

  #fail(problem: string): void {
    this.#problem ??= `has ${problem} (near character ${Math.min(this.#at + 1, this.#characters.length)})`;
    this.#at = this.#characters.length;
  }
}
