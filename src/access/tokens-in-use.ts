import type { PartList } from "./document-access.ts";
import type { Principal } from "./tokens.ts";

/** The pairs of object part and principal that occur on documents. Identities list no others, so that they stay small. */
export class TokensInUse {
  readonly #parts: string[] = [];
  readonly #numbers = new Map<string, number>();
  /** Numbers of parts by principal: an org has tens of parts and up to a million principals. */
  readonly #uses = new Map<Principal, number[]>();

  add(lists: readonly PartList[]): void {
    for (const { part, principals } of lists) {
      const number = this.#numberOf(part);
      for (const principal of principals) {
        const uses = this.#uses.get(principal);
        if (uses === undefined) this.#uses.set(principal, [number]);
        else if (!uses.includes(number)) uses.push(number);
      }
    }
  }

  partsOf(principal: Principal): string[] {
    return (this.#uses.get(principal) ?? []).flatMap((number) => this.#parts[number] ?? []);
  }

  includes(isWanted: (principal: Principal) => boolean): boolean {
    return this.#uses.keys().some(isWanted);
  }

  #numberOf(part: string): number {
    const known = this.#numbers.get(part);
    if (known !== undefined) return known;
    this.#numbers.set(part, this.#parts.length);
    return this.#parts.push(part) - 1;
  }
}
