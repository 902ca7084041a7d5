import type { Id } from "./sharing-facts.ts";

/**
 * A tree of roles or territories, known by the parent of each. A line ends at a parent that does not exist and below a circle; nothing is
 * above or below the members of a circle.
 */
export class ParentTree {
  readonly #parents: ReadonlyMap<Id, Id | undefined>;
  readonly #children = new Map<Id, Id[]>();
  readonly #circular: ReadonlySet<Id>;

  constructor(parents: ReadonlyMap<Id, Id | undefined>) {
    this.#parents = parents;
    this.#circular = membersOfCircles(parents);
    for (const [id, parent] of parents) {
      if (parent === undefined || this.#circular.has(parent)) continue;
      const children = this.#children.get(parent);
      if (children) children.push(id);
      else this.#children.set(parent, [id]);
    }
  }

  get circular(): ReadonlySet<Id> {
    return this.#circular;
  }

  has(id: Id): boolean {
    return this.#parents.has(id);
  }

  /** From the parent up to the top. */
  above(id: Id): Id[] {
    const line: Id[] = [];
    let parent = this.#parents.get(id);
    while (parent !== undefined && this.#parents.has(parent) && !this.#circular.has(parent)) {
      line.push(parent);
      parent = this.#parents.get(parent);
    }
    return line;
  }

  /** Everything below, at any depth. */
  below(id: Id): Id[] {
    if (!this.#parents.has(id)) return [];
    const found: Id[] = [...(this.#children.get(id) ?? [])];
    // The array grows while it is read, so that it is walked level by level.
    for (const child of found) found.push(...(this.#children.get(child) ?? []));
    return found;
  }
}

function membersOfCircles(parents: ReadonlyMap<Id, Id | undefined>): Set<Id> {
  const circular = new Set<Id>();
  const finished = new Set<Id>();
  for (const start of parents.keys()) {
    const line: Id[] = [];
    const positions = new Map<Id, number>();
    let id: Id | undefined = start;
    while (id !== undefined && !finished.has(id) && !positions.has(id)) {
      positions.set(id, line.length);
      line.push(id);
      id = parents.get(id);
    }
    const entry = id === undefined ? undefined : positions.get(id);
    if (entry !== undefined) for (const member of line.slice(entry)) circular.add(member);
    for (const member of line) finished.add(member);
  }
  return circular;
}
