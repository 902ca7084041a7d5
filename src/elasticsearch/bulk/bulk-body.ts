import type { WriteOperation } from "../../sync/ports.ts";

/** Where the lines of one operation stand in a body. */
export interface LineRange {
  from: number;
  to: number;
}

const newline = 0x0a;
const docOpens = Buffer.from('{"doc":');

/** The body of a bulk request, newline-delimited JSON: each document is copied into it once, and sent from where it then stands. */
export class BulkBody {
  #bytes: Buffer;
  #length = 0;

  /** `capacity` is what is reserved, in bytes; more is found when it is needed. */
  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** Empties it, for other lines in the same memory. */
  clear(): void {
    this.#length = 0;
  }

  /** Adds an operation's lines. */
  add({ kind, body }: WriteOperation, action: string): LineRange {
    const from = this.#length;
    this.#reserve(linesLength(action, body));
    this.#length += this.#bytes.write(action, this.#length);
    this.#bytes[this.#length++] = newline;
    if (kind !== "delete") {
      if (kind === "update") this.#append(docOpens);
      this.#append(body);
      if (kind === "update") this.#length += this.#bytes.write("}", this.#length);
      this.#bytes[this.#length++] = newline;
    }
    return { from, to: this.#length };
  }

  /** The whole body. */
  all(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A body of some of its lines. */
  only(ranges: readonly LineRange[]): Buffer {
    return Buffer.concat(ranges.map(({ from, to }) => this.#bytes.subarray(from, to)));
  }

  #append(bytes: Buffer): void {
    this.#length += bytes.copy(this.#bytes, this.#length);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(this.#length + bytes);
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/** The most bytes that an operation takes in a body. */
export function linesLength(action: string, body: Buffer): number {
  return Buffer.byteLength(action) + body.length + docOpens.length + 3;
}
