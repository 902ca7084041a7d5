import { isWordCharacter, type CharacterTest } from "./pattern-characters.ts";
import { parsePattern, type PatternNode, type Position } from "./pattern-syntax.ts";

// A pattern comes from a person and the text from a customer's org, so trying one on the other must take a bounded time, whatever they are.
// JavaScript's own expressions go back and try again: (a+)+$ on thirty characters takes minutes. This one walks over the text once and
// keeps the set of places in the pattern where it may be: at most length of the text × size of the pattern. That is well under a tenth of a
// second for the longest field and patterns that people write, and some seconds for the worst that the two limits below let pass.

/** Characters of a text that a pattern is tried on: as many as Salesforce's longest field holds. What stands behind is not looked at. */
export const longestTestedText = 131_072;
/** Characters that a pattern may have. */
const longestPattern = 1000;
/** Places that a pattern may have, with every count written out. */
const largestPattern = 1000;

/** Whether a text matches, from its first character on; it need not match to its end. */
export type PatternTest = (text: string) => boolean;

/** A pattern that can be tried, or what is wrong with it, as the end of a sentence that begins with the pattern. */
export type CompiledPattern = { test: PatternTest; problem?: never } | { problem: string; test?: never };

/** Makes a test of a regular expression. */
export function compilePattern(text: string): CompiledPattern {
  if (text.length > longestPattern) return { problem: `is longer than ${longestPattern} characters` };
  const { node, problem } = parsePattern(text);
  if (problem !== undefined) return { problem };
  if (sizeOf(node) > largestPattern) return { problem: "is too large once its counts are written out" };
  const program: Program = { places: [{ kind: "match" }], entry: 0 };
  program.entry = build(node, 0, program.places);
  return { test: (tried) => run(program, tried.slice(0, longestTestedText)) };
}

type Place =
  | { kind: "match" }
  | { kind: "character"; accepts: CharacterTest; next: number }
  | { kind: "position"; position: Position; next: number }
  | { kind: "fork"; next: number; other: number };

interface Program {
  places: Place[];
  entry: number;
}

function sizeOf(node: PatternNode): number {
  switch (node.kind) {
    case "character":
    case "position":
      return 1;
    case "sequence":
      return node.parts.reduce((sum, part) => sum + sizeOf(part), 0);
    case "choice":
      return node.options.reduce((sum, option) => sum + 1 + sizeOf(option), 0);
    case "repeat":
      return node.most === 0 ? 0 : (sizeOf(node.part) + 1) * (node.most === Infinity ? node.least + 1 : node.most);
  }
}

/** Adds the places of a node, after which the pattern goes on at `next`; answers where the node begins. */
function build(node: PatternNode, next: number, places: Place[]): number {
  switch (node.kind) {
    case "character":
      return places.push({ kind: "character", accepts: node.accepts, next }) - 1;
    case "position":
      return places.push({ kind: "position", position: node.position, next }) - 1;
    case "sequence":
      return node.parts.reduceRight((following, part) => build(part, following, places), next);
    case "choice": {
      const [first = next, ...others] = node.options.map((option) => build(option, next, places));
      return others.reduce((entry, other) => places.push({ kind: "fork", next: entry, other }) - 1, first);
    }
    case "repeat":
      return buildRepeat(node, next, places);
  }
}

function buildRepeat({ part, least, most }: PatternNode & { kind: "repeat" }, next: number, places: Place[]): number {
  let entry = next;
  if (most === Infinity) {
    const fork: Place = { kind: "fork", next, other: next };
    entry = places.push(fork) - 1;
    fork.next = build(part, entry, places);
  } else {
    for (let optional = least; optional < most; optional++) {
      entry = places.push({ kind: "fork", next: build(part, entry, places), other: next }) - 1;
    }
  }
  for (let needed = 0; needed < least; needed++) entry = build(part, entry, places);
  return entry;
}

function run({ places, entry }: Program, text: string): boolean {
  const walk = new Walk(places);
  let current = [entry];
  let before: string | undefined;
  for (let at = 0; current.length > 0;) {
    const character = characterAt(text, at);
    if (walk.follow(current, before, character)) return true;
    if (character === undefined) return false;
    current = walk.beyond(character);
    before = character;
    at += character.length;
  }
  return false;
}

/** Which places of a pattern are reached between two characters of a text. */
class Walk {
  readonly #places: readonly Place[];
  /** At which step a place was last reached, so that none is looked at twice in one. */
  readonly #reached: Int32Array;
  #step = 0;
  #waiting: (Place & { kind: "character" })[] = [];

  constructor(places: readonly Place[]) {
    this.#places = places;
    this.#reached = new Int32Array(places.length);
  }

  /** Goes as far as it can without taking a character; says whether that is the end of the pattern. */
  follow(open: number[], before: string | undefined, after: string | undefined): boolean {
    this.#step++;
    this.#waiting = [];
    for (let number = open.pop(); number !== undefined; number = open.pop()) {
      const place = this.#reached[number] === this.#step ? undefined : this.#places[number];
      this.#reached[number] = this.#step;
      if (place?.kind === "match") return true;
      if (place?.kind === "character") this.#waiting.push(place);
      else if (place?.kind === "fork") open.push(place.next, place.other);
      else if (place && holds(place.position, before, after)) open.push(place.next);
    }
    return false;
  }

  /** Where it is once a character is taken. */
  beyond(character: string): number[] {
    return this.#waiting.filter(({ accepts }) => accepts(character)).map(({ next }) => next);
  }
}

function characterAt(text: string, at: number): string | undefined {
  const code = text.codePointAt(at);
  return code === undefined ? undefined : String.fromCodePoint(code);
}

function holds(position: Position, before: string | undefined, after: string | undefined): boolean {
  switch (position) {
    case "start":
      return before === undefined;
    case "end":
      return after === undefined;
    case "word edge":
      return isWord(before) !== isWord(after);
    case "no word edge":
      return isWord(before) === isWord(after);
  }
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && isWordCharacter(character);
}
