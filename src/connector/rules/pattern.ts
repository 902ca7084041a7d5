import { RE2JS, RE2JSException, RE2JSSyntaxException, RE2Set } from "re2js";
import { buildAutomaton, maxAutomatonBytes } from "./pattern-automaton.ts";

// Patterns have the syntax of Elastic's connector, Python's `re.match`. RE2's \d \w \s \b match only ASCII. So a pattern with one of them is
// translated, and the text is marked: each character is put between two letters of its kind, so "ü9" becomes "aüa090". Then \w matches the
// letter a or 0 and the two characters after it, and \b stays as it is.

/** The length of Salesforce's longest field. Patterns are tested only on this many characters of a text. */
export const longestTestedText = 131_072;
const longestPattern = 1000;

/** The match must begin at the first character, but need not reach the end. */
export type PatternTest = (text: string) => boolean;

/** `problem` is the end of a sentence that begins with the pattern. */
export type CompiledPattern = { test: PatternTest; problem?: never } | { problem: string; test?: never };

export function compilePattern(pattern: string): CompiledPattern {
  if (pattern.length > longestPattern) return { problem: `is longer than ${longestPattern} characters; split it` };
  const flags = /^(?:\(\?[is]+\))?/.exec(pattern)?.[0] ?? "";
  const tokens = pattern.slice(flags.length).match(tokenForm) ?? [];
  const hasKinds = tokens.some((token) => /\\[dwsb]/i.test(token));
  const set = new RE2Set(RE2Set.ANCHOR_START, 0, maxAutomatonBytes);
  try {
    set.add(flags + tokens.map((token) => translateToken(token, hasKinds ? anyKind : "")).join(""));
    set.compile();
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return { problem: `has a syntax error: ${error.getDescription()}` };
    if (error instanceof RE2JSException) return { problem: tooComplex };
    throw error;
  }
  if (!buildAutomaton(set)) return { problem: tooComplex };
  return {
    test: (text) => {
      const tested = text.slice(0, longestTestedText);
      return set.match(hasKinds ? nameKinds(tested) : tested).length > 0;
    },
  };
}

const tooComplex =
  "is too complex for long texts; lower its counts, replace a counted part such as .{0,20} by .*, or split it into several rules";

function nameKinds(text: string): string {
  const known = new Map<string, string>();
  let named = "";
  for (const character of text) {
    const triple = known.get(character) ?? nameKind(character);
    known.set(character, triple);
    named += triple;
  }
  return named;
}

function nameKind(character: string): string {
  if (/\p{Nd}/u.test(character)) return `0${character}0`;
  if (/[\p{L}\p{N}_]/u.test(character)) return `a${character}a`;
  return /\s/.test(character) ? ` ${character} ` : `.${character}.`;
}

/** The kinds of each class: `a` is a letter or underscore, `0` a digit, a space is white space, `.` is anything else. */
const kindsOf: Readonly<Record<string, string>> = { d: "0", D: "a .", w: "a0", W: " .", s: " ", S: "a0." };
const [any, anyKind] = ["(?s:.)", "[a0 .]"];
const escape = String.raw`\\(?:x[\da-f]{2}|u[\da-f]{4}|[^])`;
const bracketed = String.raw`\[(?:\^|(?!\^))(?:${escape}|[^\\])(?:${escape}|[^\]\\])*\]`;
const tokenForm = new RegExp(
  String.raw`${escape}|${bracketed}|\(\?(?:P?<[a-z_]\w*>|:)?|\{\d+,?\d*\}|\{,\d+\}|[^]`,
  "giu",
);
const itemForm = new RegExp(String.raw`(${escape}|[^\\])(?:-(${escape}|[^\\]))?`, "giu");

const tokenProblems: Readonly<Record<string, string>> = {
  "(?": "(? begins a group that is not supported, such as a lookahead",
  "[": "missing closing ]",
  "\\": "trailing backslash at end of expression",
};

/** `around` matches the kind letter on either side of a character. */
function translateToken(token: string, around: string): string {
  if (/^(?:\\[AbB]|[)|*+?^$]|\{\d+,?\d*\})$/.test(token)) return token;
  if (/^\{,\d+\}$/.test(token)) return token.replace(",", "0,");
  if (token === "\\Z") return "\\z";
  if (token === ".") return `(?:${around}.${around})`;
  const problem = tokenProblems[token];
  if (problem !== undefined) throw new RE2JSSyntaxException(problem);
  if (token.startsWith("(")) return "(?:";
  return translateClass(token.startsWith("[") ? token.slice(1, -1) : token, around);
}

/** Translates the content of a bracketed class, or a single character. It omits impossible kinds, which would enlarge the automaton. */
function translateClass(inside: string, around: string): string {
  const negated = inside.length > 1 && inside.startsWith("^");
  let kinds = "";
  let otherKinds = "";
  const characters = inside.slice(negated ? 1 : 0).replaceAll(itemForm, (item, from: string, to?: string) => {
    const kind = kindsOf[from.slice(1)];
    if (to !== undefined && (kind ?? kindsOf[to.slice(1)]) !== undefined)
      throw new RE2JSSyntaxException(`invalid character class range: ${item}`);
    kinds += kind ?? "";
    if (kind === undefined) otherKinds += Array.from(item).length === 1 ? nameKind(item).charAt(0) : "a0 .";
    if (kind !== undefined) return "";
    return to === undefined ? quote(from) : `${quote(from)}-${quote(to)}`;
  });
  if (negated) {
    const before = kinds ? `[^${kinds}]` : around;
    const character = characters ? `[^${characters}]` : any;
    return `(?:${before}${character}${around})`;
  }
  const side = around && `[${otherKinds}]`;
  const options = [kinds && `[${kinds}]${any}[${kinds}]`, characters && `${side}[${characters}]${side}`];
  return `(?:${options.filter(Boolean).join("|")})`;
}

/** Escapes a character for RE2; `one` may already be an escape. */
function quote(one: string): string {
  const name = one.startsWith("\\") ? one.slice(1) : "";
  if (name === "") return RE2JS.quote(one);
  if (/^[xu]./i.test(name)) return `\\x{${name.slice(1)}}`;
  if ("tnrfv".includes(name)) return one;
  if (/^[1-9]/.test(name)) throw new RE2JSSyntaxException(`${one}: back-references are not supported`);
  if (/^[\p{L}\p{N}]/u.test(name)) throw new RE2JSSyntaxException(`${one} is an unknown escape`);
  return RE2JS.quote(name);
}
