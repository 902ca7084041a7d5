/** A seeded random number generator (sfc32): the same seed gives the same numbers. */
export class Random {
  readonly #seed: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: string) {
    this.#seed = seed;
    [this.#a, this.#b, this.#c] = [mix(seed, 0x9e37_79b9), mix(seed, 0x243f_6a88), mix(seed, 0xb7e1_5162)];
    for (let round = 0; round < 12; round += 1) this.next();
  }

  /** Creates an independent generator. Its use does not affect the numbers of this one. */
  fork(name: string): Random {
    return new Random(`${this.#seed}/${name}`);
  }

  /** A number from 0 to below 1. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    const item = list[this.below(list.length)];
    if (item === undefined) throw new Error("Cannot pick from an empty list.");
    return item;
  }

  /** A whole number below `end`. Small numbers are far more frequent than large ones. */
  skewed(end: number, power = 2): number {
    return Math.floor(end * this.next() ** power);
  }

  /** Returns the value with the given probability, else null. */
  maybe<T>(probability: number, value: () => T): T | null {
    return this.chance(probability) ? value() : null;
  }
}

function mix(text: string, start: number): number {
  let hash = start | 0;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193);
    hash ^= hash >>> 15;
  }
  return Math.imul(hash ^ (hash >>> 13), 0x85eb_ca6b) | 0;
}
