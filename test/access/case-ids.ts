/** Gives each name of a case an id of 15 characters. */
export class CaseIds {
  readonly #ids = new Map<string, string>();

  /** The same name has one id for each prefix. */
  of(prefix: string, name: string): string {
    const key = `${prefix} ${name}`;
    const known = this.#ids.get(key) ?? `${prefix}${String(this.#ids.size).padStart(12, "0")}`;
    this.#ids.set(key, known);
    return known;
  }
}
