import type { PrincipalList } from "./document-access.ts";
import type { Principal } from "./tokens.ts";

/** A principal that a user holds under an object part. */
export interface Held {
  readonly part: string;
  readonly principal: Principal;
}

interface Use {
  readonly part: string;
  readonly list: PrincipalList;
  readonly field: "either" | "first" | "second";
}

/** Finds the `via` and `set` principals that a user holds from the principals that their lists contain. */
export class HeldLists {
  readonly #uses = new Map<Principal, Use[]>();

  constructor(lists: readonly PrincipalList[]) {
    for (const list of lists) {
      this.#index(list, "either");
      this.#index(list, "first");
      this.#index(list, "second");
    }
  }

  /** `mayHold` says whether the user may hold a principal under an object part. Lists in a circle give nothing. */
  heldBy(principals: Iterable<Principal>, mayHold: (held: Held) => boolean): Held[] {
    const found: Held[] = [];
    const complete = new Set<PrincipalList>();
    const half = { first: new Set<PrincipalList>(), second: new Set<PrincipalList>() };
    const take = ({ list, field }: Use): void => {
      if (complete.has(list)) return;
      if (field !== "either") half[field].add(list);
      const held = { part: list.part, principal: list.name };
      if (field !== "either" && !(half.first.has(list) && half.second.has(list))) return;
      if (!mayHold(held)) return;
      complete.add(list);
      found.push(held);
    };
    for (const principal of principals) {
      for (const use of this.#uses.get(principal) ?? []) if (mayHold({ part: use.part, principal })) take(use);
    }
    // The array grows while it is read: lists that contain other lists come after them.
    for (const { part, principal } of found) {
      for (const use of this.#uses.get(principal) ?? []) if (use.part === part) take(use);
    }
    return found;
  }

  #index(list: PrincipalList, field: Use["field"]): void {
    for (const { part, principals } of list[field] ?? []) {
      for (const principal of principals) {
        const uses = this.#uses.get(principal);
        const use = { part, list, field };
        if (uses) uses.push(use);
        else this.#uses.set(principal, [use]);
      }
    }
  }
}
