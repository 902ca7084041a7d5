/** Whether a pattern's place takes a character (one code point). */
export type CharacterTest = (character: string) => boolean;

const digit = /^\p{Nd}$/u;
const word = /^[\p{L}\p{N}_]$/u;
const space = /^\s$/u;

/** Whether a character belongs to a word: a letter or digit of any language, or an underscore. */
export const isWordCharacter: CharacterTest = (character) => word.test(character);

/** What `\d` and the like take. */
export const characterClasses: Readonly<Record<string, CharacterTest>> = {
  d: (character) => digit.test(character),
  D: (character) => !digit.test(character),
  w: isWordCharacter,
  W: (character) => !word.test(character),
  s: (character) => space.test(character),
  S: (character) => !space.test(character),
};

/** Takes one character alone. */
export function only(wanted: string): CharacterTest {
  return (character) => character === wanted;
}

/** Takes what the other does not. */
export function not(test: CharacterTest): CharacterTest {
  return (character) => !test(character);
}

/** Takes what any of the others takes. */
export function anyOf(tests: readonly CharacterTest[]): CharacterTest {
  return (character) => tests.some((test) => test(character));
}

/** Takes the characters from one to another; nothing where the other comes first. */
export function range(from: string, to: string): CharacterTest | undefined {
  const first = from.codePointAt(0) ?? 0;
  const last = to.codePointAt(0) ?? 0;
  if (last < first) return undefined;
  return (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code >= first && code <= last;
  };
}

/** Takes a character whenever it would take it in another case. */
export function foldCase(test: CharacterTest): CharacterTest {
  return (character) => test(character) || test(character.toLowerCase()) || test(character.toUpperCase());
}
