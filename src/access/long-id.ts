import type { Id } from "./sharing-facts.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/**
 * The form of an id with 18 characters, which stays unique if case is ignored: each of the three characters behind tells which of five
 * characters are capital letters.
 */
export function longId(id: Id): string {
  const suffix = [0, 5, 10].map((start) => {
    const capitals = [0, 1, 2, 3, 4].map((offset) => (/[A-Z]/u.test(id.charAt(start + offset)) ? 1 : 0));
    const number = capitals.reduce<number>((sum, bit, position) => sum + bit * 2 ** position, 0);
    return alphabet.charAt(number);
  });
  return `${id}${suffix.join("")}`;
}
