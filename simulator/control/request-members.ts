/** An invalid request to the control surface. The response is a 400 with the message. */
export class ControlError extends Error {
  override readonly name = "ControlError";
}

/** Reads the members of an object in a request. Throws a ControlError that names the invalid member. */
export class RequestMembers {
  readonly #body: Record<string, unknown>;
  readonly #name: string;

  /** `known` are the allowed members, `name` is the name of the object in messages. */
  constructor(body: Record<string, unknown>, { name, known }: { name: string; known: readonly string[] }) {
    const unknown = Object.keys(body).find((member) => !known.includes(member));
    if (unknown !== undefined) {
      throw new ControlError(`Unknown member ${name}.${unknown}. The members are ${known.join(", ")}.`);
    }
    this.#body = body;
    this.#name = name;
  }

  value(member: string): unknown {
    return this.#body[member];
  }

  text(member: string): string | undefined {
    const value = this.#body[member];
    if (value === undefined || typeof value === "string") return value;
    throw new ControlError(`${this.#name}.${member} must be a string.`);
  }

  flag(member: string): boolean {
    const value = this.#body[member];
    if (value === undefined || typeof value === "boolean") return value ?? false;
    throw new ControlError(`${this.#name}.${member} must be true or false.`);
  }

  number(member: string, first: number, last: number): number | undefined {
    const value = this.#body[member];
    if (value === undefined) return undefined;
    if (typeof value === "number" && value >= first && value <= last) return value;
    throw new ControlError(`${this.#name}.${member} must be a number from ${first} to ${last}.`);
  }
}
