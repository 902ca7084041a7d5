import { Random } from "../core/random.ts";
import { isRecord } from "../http/message.ts";
import { ControlError } from "./control-error.ts";

/** A mistake that the org makes on purpose. */
export interface Fault {
  readonly match: {
    readonly method: string | undefined;
    readonly path: RegExp | undefined;
    readonly query: RegExp | undefined;
  };
  readonly status: number | undefined;
  readonly body: string | undefined;
  readonly errorCode: string | undefined;
  readonly message: string | undefined;
  readonly delayMs: number;
  /** `"before"`: no answer at all; a number: the connection ends after so many bytes of the body. */
  readonly cut: "before" | number | undefined;
  /** The session of the request ends, so that it and all later ones with that token get a 401. */
  readonly expireToken: boolean;
  /** Seconds, as the header `Retry-After`. */
  readonly retryAfter: number | undefined;
  /** How many requests it hits; all when undefined. */
  readonly times: number | undefined;
  /** How many matching requests it lets pass first. */
  readonly after: number;
  /** Share of the matching requests that it hits, drawn by the seed: the same requests in the same order, the same faults. */
  readonly share: number;
  readonly seed: string;
}

interface Armed {
  readonly fault: Fault;
  readonly given: unknown;
  readonly random: Random;
  seen: number;
  fired: number;
}

/** What faults are matched against. */
interface FaultSubject {
  readonly method: string;
  /** Path with its query string. */
  readonly path: string;
  /** The SOQL or SOSL of the request, where it has one. */
  readonly query: string;
}

/** The faults of one org, in the order in which they were given; the first that matches a request and is due hits it. */
export class Faults {
  #armed: Armed[] = [];

  replace(list: unknown): void {
    this.#armed = parseFaults(list);
  }

  extend(list: unknown): void {
    this.#armed.push(...parseFaults(list));
  }

  clear(): void {
    this.#armed = [];
  }

  hit(subject: FaultSubject): Fault | undefined {
    for (const armed of this.#armed) {
      if (!matches(armed.fault, subject)) continue;
      armed.seen += 1;
      const { after, times, share } = armed.fault;
      if (armed.seen <= after || (times !== undefined && armed.fired >= times)) continue;
      if (share < 1 && !armed.random.chance(share)) continue;
      armed.fired += 1;
      return armed.fault;
    }
    return undefined;
  }

  report(): { fault: unknown; matched: number; fired: number }[] {
    return this.#armed.map(({ given, seen, fired }) => ({ fault: given, matched: seen, fired }));
  }
}

function matches({ match }: Fault, { method, path, query }: FaultSubject): boolean {
  return (
    (match.method === undefined || match.method === method) &&
    (match.path === undefined || match.path.test(path)) &&
    (match.query === undefined || match.query.test(query))
  );
}

const members = [
  "match",
  "status",
  "body",
  "error_code",
  "message",
  "delay_ms",
  "cut",
  "expire_token",
  "retry_after",
  "times",
  "after",
  "share",
  "seed",
];

function parseFaults(list: unknown): Armed[] {
  if (!Array.isArray(list)) throw new ControlError("The body has to be a list of faults.");
  return list.map((given: unknown, index) => {
    const fault = parseFault(given, `faults[${index}]`);
    return { fault, given, random: new Random(`fault/${index}/${fault.seed}`), seen: 0, fired: 0 };
  });
}

function parseFault(given: unknown, where: string): Fault {
  if (!isRecord(given)) throw new ControlError(`${where} has to be an object.`);
  for (const name of Object.keys(given)) {
    if (!members.includes(name))
      throw new ControlError(`${where}.${name} is not known; a fault has ${members.join(", ")}.`);
  }
  const match = given["match"] ?? {};
  if (!isRecord(match)) throw new ControlError(`${where}.match has to be an object.`);
  const read = new MemberReader(given, where);
  return {
    match: parseMatch(match, `${where}.match`),
    status: read.number("status", 100, 599),
    body: bodyText(given["body"]),
    errorCode: read.text("error_code"),
    message: read.text("message"),
    delayMs: read.number("delay_ms", 0, 3_600_000) ?? 0,
    cut: given["cut"] === "before" ? "before" : read.number("cut", 0, 2 ** 40),
    expireToken: read.flag("expire_token"),
    retryAfter: read.number("retry_after", 0, 86_400),
    times: read.number("times", 0, 2 ** 40),
    after: read.number("after", 0, 2 ** 40) ?? 0,
    share: read.number("share", 0, 1) ?? 1,
    seed: read.text("seed") ?? "",
  };
}

function bodyText(body: unknown): string | undefined {
  if (body === undefined) return undefined;
  return typeof body === "string" ? body : JSON.stringify(body);
}

function parseMatch(match: Record<string, unknown>, where: string): Fault["match"] {
  for (const name of Object.keys(match)) {
    if (!["method", "path", "query"].includes(name))
      throw new ControlError(`${where}.${name} is not known; a match has method, path, query.`);
  }
  const read = new MemberReader(match, where);
  return {
    method: read.text("method")?.toUpperCase(),
    path: pattern(read.text("path"), `${where}.path`),
    query: pattern(read.text("query"), `${where}.query`),
  };
}

function pattern(source: string | undefined, where: string): RegExp | undefined {
  if (source === undefined) return undefined;
  try {
    return new RegExp(source, "iu");
  } catch {
    throw new ControlError(`${where} is no regular expression: ${source}`);
  }
}

/** Reads members of a control request; each mistake is an error that names the member. */
export class MemberReader {
  readonly #body: Record<string, unknown>;
  readonly #where: string;

  constructor(body: Record<string, unknown>, where: string) {
    this.#body = body;
    this.#where = where;
  }

  text(name: string): string | undefined {
    const value = this.#body[name];
    if (value === undefined || typeof value === "string") return value;
    throw new ControlError(`${this.#where}.${name} has to be a text.`);
  }

  flag(name: string): boolean {
    const value = this.#body[name];
    if (value === undefined || typeof value === "boolean") return value ?? false;
    throw new ControlError(`${this.#where}.${name} has to be true or false.`);
  }

  number(name: string, first: number, last: number): number | undefined {
    const value = this.#body[name];
    if (value === undefined) return undefined;
    if (typeof value === "number" && value >= first && value <= last) return value;
    throw new ControlError(`${this.#where}.${name} has to be a number from ${first} to ${last}.`);
  }
}
