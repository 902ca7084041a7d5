const maxItems = 200;

/** The records of one org that each user created, changed or viewed most recently. */
export class RecentItems {
  readonly #byUser = new Map<string, string[]>();

  add(userId: string, ids: readonly string[]): void {
    const others = (this.#byUser.get(userId) ?? []).filter((id) => !ids.includes(id));
    this.#byUser.set(userId, [...ids.toReversed(), ...others].slice(0, maxItems));
  }

  /** Returns ids, newest first. */
  of(userId: string): readonly string[] {
    return this.#byUser.get(userId) ?? [];
  }
}
