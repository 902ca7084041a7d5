import type { ListPolicy } from "../../src/access/list-policy.ts";
import { indexOrg, type Org, seenPairs } from "./index-org.ts";
import { Random } from "./random.ts";
import { randomOrg } from "./random-org.ts";

/** The named exception: unless the operator hides them, users whose frozen state is unknown keep access. */
const options = { hideIfFrozenStateUnknown: true };

export const everyListReplaced: ListPolicy = {
  shortList: 0,
  usesVia: () => true,
  nestsVia: () => true,
  usesSet: () => true,
  opensJunction: () => true,
};

/** What users see of a random org only when some of its facts are left out. */
export function gainedWithout(seed: number, leaveOut: (org: Org, random: Random) => Org): string[] {
  const org = randomOrg(seed);
  const before = seenPairs(indexOrg(org, options));
  const reduced = leaveOut(org, new Random(seed ^ 0x5bd1e995));
  return [...seenPairs(indexOrg(reduced, options))].filter((pair) => !before.has(pair));
}

/** Whether users of a random org see the same with every list of principals replaced, and a head above every role. */
export function listsAgree(seed: number): boolean {
  const org = randomOrg(seed);
  const inline = seenPairs(indexOrg(org));
  const replaced = seenPairs(indexOrg(org, { policy: everyListReplaced, manyRoles: 0 }));
  return inline.size === replaced.size && [...inline].every((pair) => replaced.has(pair));
}
