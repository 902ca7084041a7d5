const comma = 0x2c;
const closeBrace = 0x7d;

/** Builds JSON objects from unparsed parts, one after the other in the same memory. */
export class JsonBuffer {
  #bytes = Buffer.allocUnsafeSlow(65_536);
  #length = 0;

  /** The object built so far. The next `start` overwrites it. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Starts a new object with the members of `object`. */
  start(object: string): void {
    const length = Buffer.byteLength(object);
    this.#length = 0;
    this.#reserve(length);
    this.#length = this.#bytes.write(object);
  }

  /** Appends the members of another object. The names must be new, and the first object must not be empty. */
  join(object: Buffer): void {
    if (object.length <= 2) return;
    this.#reserve(object.length);
    this.#bytes[this.#length - 1] = comma;
    this.#length += object.copy(this.#bytes, this.#length, 1);
  }

  /** Appends a member whose value needs no escaping. */
  addText(name: string, value: string): void {
    const member = `,"${name}":"${value}"`;
    this.#reserve(member.length + 1);
    this.#length += this.#bytes.write(member, this.#length - 1, "latin1") - 1;
    this.#bytes[this.#length++] = closeBrace;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(needed * 2);
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
