import type { WriteOperation } from "../../sync/ports.ts";

/** The byte range of one operation in a body. */
export interface LineRange {
  from: number;
  to: number;
}

const newline = 0x0a;
const docOpens = Buffer.from('{"doc":');

/** The body of a bulk request (newline-delimited JSON). Each document is copied into it once and sent from there. */
export class BulkBody {
  #bytes: Buffer;
  #length = 0;

  /** Reserves `capacity` bytes; the body grows if it needs more. */
  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** Empties the body, so that its memory can be used again. */
  clear(): void {
    this.#length = 0;
  }

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

  all(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** The body of some operations only. */
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

/** The maximum bytes of an operation in a body. */
export function linesLength(action: string, body: Buffer): number {
  return Buffer.byteLength(action) + body.length + docOpens.length + 3;
}
