import type { AccessProblems } from "./access-problems.ts";
import { ParentTree } from "./parent-tree.ts";
import type { Id, SharingFacts } from "./sharing-facts.ts";

type TerritoryTables = Pick<SharingFacts, "territories" | "territoryModels" | "territoryUsers">;

/** The territories of active models, and the users who work in them. */
export class Territories {
  readonly #tree: ParentTree;
  readonly #ofUser = new Map<Id, Id[]>();

  constructor({ territories, territoryModels, territoryUsers }: TerritoryTables, problems: AccessProblems) {
    if (territories === undefined) problems.add("Territory2 could not be read: territories open nothing.");
    if (territoryModels === undefined) problems.add("Territory2Model could not be read: territories open nothing.");
    if (territoryUsers === undefined) {
      problems.add("UserTerritory2Association could not be read: territories open nothing.");
    }
    const active = new Set((territoryModels ?? []).filter(({ state }) => state === "Active").map(({ id }) => id));
    const counting = (territories ?? []).filter(({ modelId }) => typeof modelId === "string" && active.has(modelId));
    this.#tree = new ParentTree(new Map(counting.map((row) => [row.id, row.parentTerritoryId ?? undefined])));
    for (const { territoryId, userId, isActive } of territoryUsers ?? []) {
      if (isActive !== true || !this.#tree.has(territoryId)) continue;
      this.#ofUser.set(userId, [...(this.#ofUser.get(userId) ?? []), territoryId]);
    }
  }

  of(user: Id): readonly Id[] {
    return this.#ofUser.get(user) ?? [];
  }

  above(user: Id): Id[] {
    return this.of(user).flatMap((id) => this.#tree.above(id));
  }

  below(user: Id): Id[] {
    return this.of(user).flatMap((id) => this.#tree.below(id));
  }
}
