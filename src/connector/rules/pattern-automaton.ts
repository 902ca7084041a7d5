import { RE2Set } from "re2js";

/** Bytes that a pattern's automaton may need, as re2js counts them. */
export const maxAutomatonBytes = 2 * 2 ** 20;
/** Instructions that may be followed to build the automaton: about 50 ms. */
const maxBuildSteps = 1_000_000;

type State = { nfaStates: readonly number[] } | null;

/**
 * Builds the whole automaton of a compiled set, unless it is too large. Then testing a text is one look-up a character, a few milliseconds
 * for the longest. Without it, re2js builds states while it reads, and if they do not fit into its memory, it follows every instruction at
 * every character: up to a second for the longest text. `dfa` is in re2js's types, but not in its documentation.
 */
export function buildAutomaton(set: RE2Set): boolean {
  set.match(""); // makes the first state
  const { dfa } = set;
  const inputs = [0, ...dfa.classBounds].map((rune) => ({ rune, column: dfa.runeClass(rune) }));
  inputs.push({ rune: -1, column: dfa.numClasses }); // the end of the text
  const states = new Set(dfa.startStates.values() as Iterable<State>);
  let steps = 0;
  for (const state of states) {
    steps += inputs.length * (1 + (state?.nfaStates.length ?? 0));
    if (state === null || steps > maxBuildSteps) return false;
    for (const { rune, column } of inputs) states.add(dfa.step(state, column, rune, RE2Set.ANCHOR_START) as State);
  }
  return states.size > 0;
}
