import { RE2Set } from "re2js";

/** The maximum size of a pattern's automaton in bytes, as re2js counts them. */
export const maxAutomatonBytes = 2 * 2 ** 20;
/** The maximum of instructions to follow while building the automaton: about 50 ms. */
const maxBuildSteps = 1_000_000;

type State = { nfaStates: readonly number[] } | null;

/**
 * Builds the whole automaton of a compiled set. Returns false if it is too large. With the whole automaton, a test costs one lookup per
 * character, a few milliseconds for the longest text. Without it, re2js builds states during the test; if they exceed its memory, it follows
 * every instruction at every character, up to a second for the longest text. `dfa` is in re2js's types, but not in its documentation.
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
