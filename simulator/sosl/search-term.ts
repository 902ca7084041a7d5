// "FIND {SearchQuery}": AND is the default operator. AND NOT has the highest precedence, then AND, then OR. A phrase is in quotes. `*`
// matches any characters and `?` one, in the middle or at the end of a word.

export interface SearchTerm {
  readonly matches: (text: string) => boolean;
  /** Texts in lower case. Every match contains at least one of them. Empty if no such texts are known. */
  readonly pieces: readonly string[];
}

interface Word {
  readonly pattern: RegExp;
  readonly piece: string;
}

/** Longer terms are searched without operators. Terms over the second limit match nothing. */
const operatorLimit = 4000;
const termLimit = 10_000;

export function compileTerm(term: string): SearchTerm {
  if (term.length > termLimit) return { matches: () => false, pieces: [] };
  const tokens = term.match(/"(?:\\.|[^"\\])*"|\(|\)|(?:\\.|[^\s()"\\])+/gsu) ?? [];
  const plain = term.length > operatorLimit ? tokens.filter((token) => !isOperator(token)) : tokens;
  const state = { tokens: plain, at: 0 };
  const test = readOr(state);
  return { matches: test.matches, pieces: test.pieces };
}

interface State {
  readonly tokens: readonly string[];
  at: number;
}

function isOperator(token: string): boolean {
  return ["AND", "OR", "NOT", "&", "|", "!", "(", ")"].includes(token.toUpperCase());
}

function readOr(state: State): SearchTerm {
  const terms = [readAnd(state)];
  while (["OR", "|"].includes(state.tokens[state.at]?.toUpperCase() ?? "")) {
    state.at += 1;
    terms.push(readAnd(state));
  }
  const [only] = terms;
  if (terms.length === 1 && only !== undefined) return only;
  const unbounded = terms.some(({ pieces }) => pieces.length === 0);
  return {
    matches: (text) => terms.some(({ matches }) => matches(text)),
    pieces: unbounded ? [] : terms.flatMap(({ pieces }) => pieces),
  };
}

function readAnd(state: State): SearchTerm {
  const terms: SearchTerm[] = [];
  const excluded: SearchTerm[] = [];
  while (state.at < state.tokens.length) {
    const token = state.tokens[state.at]?.toUpperCase() ?? "";
    if (token === ")" || token === "OR" || token === "|") break;
    if (token === "AND" || token === "&") {
      state.at += 1;
      continue;
    }
    const negated = token === "NOT" || token === "!";
    if (negated) state.at += 1;
    (negated ? excluded : terms).push(readWord(state));
  }
  const bounded = terms.map(({ pieces }) => pieces).filter((pieces) => pieces.length > 0);
  return {
    matches: (text) =>
      terms.length > 0 && terms.every(({ matches }) => matches(text)) && !excluded.some(({ matches }) => matches(text)),
    pieces: bounded[0] ?? [],
  };
}

function readWord(state: State): SearchTerm {
  const token = state.tokens[state.at] ?? "";
  state.at += 1;
  if (token === "(") {
    const inner = readOr(state);
    state.at += 1;
    return inner;
  }
  const { pattern, piece } = wordOf(token.startsWith('"') ? token.slice(1, -1) : token);
  return { matches: (text) => pattern.test(text), pieces: piece === "" ? [] : [piece] };
}

function wordOf(text: string): Word {
  let source = "";
  const literals = [""];
  for (const [character] of text.matchAll(/\\.|[^]/gu)) {
    const escaped = character.startsWith("\\") && character.length > 1;
    const letter = escaped ? character.slice(1) : character;
    if (!escaped && letter === "*") {
      source += "[\\p{L}\\p{N}_]*";
      literals.push("");
    } else if (!escaped && letter === "?") {
      source += "[\\p{L}\\p{N}_]";
      literals.push("");
    } else {
      source += /\s/u.test(letter) ? "\\s+" : letter.replaceAll(/[.*+?^${}()|[\]\\/]/gu, "\\$&");
      literals.push(`${literals.pop() ?? ""}${letter.toLowerCase()}`);
    }
  }
  const piece = literals
    .flatMap((part) => part.split(/\s+/u))
    .reduce((longest, part) => (part.length > longest.length ? part : longest), "");
  // Japanese has no spaces between words, so a word matches inside a longer text. In other scripts, words match at word boundaries only.
  const joined = /[\u3040-\u30ff\u3400-\u9fff]/u.test(text);
  const pattern = joined ? source : `(?<![\\p{L}\\p{N}_])(?:${source})(?![\\p{L}\\p{N}_])`;
  return { pattern: new RegExp(pattern, "iu"), piece };
}
