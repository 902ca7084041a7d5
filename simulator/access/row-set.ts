/** A set of row numbers, one bit each. */
export class RowSet {
  #bits = new Uint8Array(1024);

  get byteLength(): number {
    return this.#bits.byteLength;
  }

  add(row: number): void {
    const index = row >> 3;
    if (index >= this.#bits.length) {
      const larger = new Uint8Array(Math.max(index + 1, this.#bits.length * 2));
      larger.set(this.#bits);
      this.#bits = larger;
    }
    this.#bits[index] = (this.#bits[index] ?? 0) | (1 << (row & 7));
  }

  has(row: number): boolean {
    return ((this.#bits[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;
  }
}

/** All rows of a table, or some of them. */
export type Rows = "all" | RowSet;

export function hasRow(rows: Rows, row: number): boolean {
  return rows === "all" || rows.has(row);
}
