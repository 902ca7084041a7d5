import { Random } from "../core/random.ts";
import { isRecord } from "../http/message.ts";
import { ControlError, RequestMembers } from "./request-members.ts";

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
  /** Closes the connection before the response, or after this number of bytes of the body. */
  readonly cut: "before" | number | undefined;
  /** Ends the session of the request. This and later requests with the token get a 401. */
  readonly expireToken: boolean;
  /** In seconds, for the header `Retry-After`. */
  readonly retryAfter: number | undefined;
  /** The maximum number of affected requests. */
  readonly times: number | undefined;
  /** The number of matching requests before the first affected one. */
  readonly after: number;
  /** The probability that a matching request is affected. The seed determines the affected requests. */
  readonly share: number;
  readonly seed: string;
}

interface ActiveFault {
  readonly fault: Fault;
  readonly given: unknown;
  readonly random: Random;
  seen: number;
  fired: number;
}

interface FaultTarget {
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  /** The SOQL or SOSL of the request, or an empty text. */
  readonly query: string;
}

/** The active faults of one org. The first fault that applies to a request is used. */
export class Faults {
  #faults: ActiveFault[] = [];

  replace(list: unknown): void {
    this.#faults = parseFaults(list);
  }

  extend(list: unknown): void {
    this.#faults.push(...parseFaults(list));
  }

  clear(): void {
    this.#faults = [];
  }

  trigger(target: FaultTarget): Fault | undefined {
    for (const active of this.#faults) {
      if (!matches(active.fault, target)) continue;
      active.seen += 1;
      const { after, times, share } = active.fault;
      if (active.seen <= after || (times !== undefined && active.fired >= times)) continue;
      if (share < 1 && !active.random.chance(share)) continue;
      active.fired += 1;
      return active.fault;
    }
    return undefined;
  }

  report(): { fault: unknown; matched: number; fired: number }[] {
    return this.#faults.map(({ given, seen, fired }) => ({ fault: given, matched: seen, fired }));
  }
}

function matches({ match }: Fault, { method, path, query }: FaultTarget): boolean {
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

function parseFaults(list: unknown): ActiveFault[] {
  if (!Array.isArray(list)) throw new ControlError("The body must be a list of faults.");
  return list.map((given: unknown, index) => {
    const fault = parseFault(given, `faults[${index}]`);
    return { fault, given, random: new Random(`fault/${index}/${fault.seed}`), seen: 0, fired: 0 };
  });
}

function parseFault(given: unknown, name: string): Fault {
  if (!isRecord(given)) throw new ControlError(`${name} must be an object.`);
  const match = given["match"] ?? {};
  if (!isRecord(match)) throw new ControlError(`${name}.match must be an object.`);
  const read = new RequestMembers(given, { name, known: members });
  return {
    match: parseMatch(match, `${name}.match`),
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

function parseMatch(match: Record<string, unknown>, name: string): Fault["match"] {
  const read = new RequestMembers(match, { name, known: ["method", "path", "query"] });
  return {
    method: read.text("method")?.toUpperCase(),
    path: pattern(read.text("path"), `${name}.path`),
    query: pattern(read.text("query"), `${name}.query`),
  };
}

function pattern(source: string | undefined, name: string): RegExp | undefined {
  if (source === undefined) return undefined;
  try {
    return new RegExp(source, "iu");
  } catch {
    throw new ControlError(`${name} is not a valid regular expression: ${source}`);
  }
}
