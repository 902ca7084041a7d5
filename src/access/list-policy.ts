import type { Id } from "./sharing-facts.ts";
import type { Principal } from "./tokens.ts";

/** Which lists of principals are replaced on documents by one principal that stands for them. */
export interface ListPolicy {
  /** A record's own lists up to this length are never replaced. */
  readonly shortList: number;
  usesVia(part: string, parent: Id): boolean;
  /** The parent's `via` may also stand in the list of another `via`. */
  nestsVia(part: string, parent: Id): boolean;
  usesSet(part: string, set: Principal): boolean;
  /** The junction opens its files and details. */
  opensJunction(part: string, junction: Id): boolean;
}

/** Above which a list of principals is replaced. */
export interface ListLimits {
  readonly principals: number;
  /** Documents with the same list. */
  readonly children: number;
  /** Lists that are replaced: each costs a token in many identities. */
  readonly lists: number;
  /** A record's own lists up to this length are never replaced. */
  readonly shortList: number;
}

export const defaultListLimits: ListLimits = { principals: 32, children: 200, lists: 5_000, shortList: 16 };

/** Replaces no list; junctions open their files and details. */
export const everyListInline: ListPolicy = {
  shortList: defaultListLimits.shortList,
  usesVia: () => false,
  nestsVia: () => false,
  usesSet: () => false,
  opensJunction: () => true,
};

interface Demand {
  readonly principals: number;
  documents: number;
}

const keyOf = (part: string, name: string): string => `${part}:${name}`;

/** Counts how long the lists of principals are and on how many documents each stands. */
export class ListDemand {
  readonly #vias = new Map<string, Demand>();
  readonly #sets = new Map<string, Demand>();
  readonly #junctions = new Map<string, Demand>();

  countVia(part: string, parent: Id, principals: number): void {
    count(this.#vias, keyOf(part, parent), principals);
  }

  countSet(part: string, set: Principal, principals: number): void {
    count(this.#sets, keyOf(part, set), principals);
  }

  countJunction(part: string, junction: Id): void {
    count(this.#junctions, keyOf(part, junction), 1);
  }

  /**
   * Chooses the lists to replace: those with many principals or on many documents, which save most first. A list of `inUse` stays until both
   * numbers are below half of the limits. Junctions come first: without a principal of their own their files and details stay hidden.
   */
  choose(
    inUse: ReadonlySet<string> = new Set(),
    limits: ListLimits = defaultListLimits,
  ): ListPolicy & { readonly chosen: ReadonlySet<string> } {
    const junctions = largestFirst(this.#junctions).slice(0, limits.lists);
    const replaceable = [...this.#vias, ...this.#sets].filter(([key, demand]) =>
      isWorthwhile(demand, { limits, inUse: inUse.has(key) }),
    );
    const saving = largestFirst(replaceable).slice(0, limits.lists - junctions.length);
    const chosen = new Set([...junctions, ...saving].map(([key]) => key));
    const has = (part: string, name: string): boolean => chosen.has(keyOf(part, name));
    return {
      chosen,
      shortList: limits.shortList,
      usesVia: has,
      usesSet: has,
      opensJunction: has,
      nestsVia: (part, parent) =>
        has(part, parent) && (this.#vias.get(keyOf(part, parent))?.documents ?? 0) > limits.children,
    };
  }
}

function count(demands: Map<string, Demand>, key: string, principals: number): void {
  const demand = demands.get(key);
  if (demand) demand.documents += 1;
  else demands.set(key, { principals, documents: 1 });
}

/** A set of few principals on many documents is no gain: it is looked at for its principals only. */
function isWorthwhile(
  { principals, documents }: Demand,
  { limits, inUse }: { limits: ListLimits; inUse: boolean },
): boolean {
  const factor = inUse ? 0.5 : 1;
  return principals > limits.principals * factor || documents > limits.children * factor;
}

const saved = ({ principals, documents }: Demand): number => (principals - 1) * documents;

function largestFirst(demands: Iterable<[string, Demand]>): [string, Demand][] {
  return [...demands].sort(([a, left], [b, right]) => saved(right) - saved(left) || (a < b ? -1 : 1));
}
