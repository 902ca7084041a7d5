import { Agent, type Dispatcher } from "undici";
import { Random } from "../../../../simulator/core/random.ts";
import type { RunningSimulator } from "../../../../simulator/start-simulator.ts";
import { fuzzUsers } from "./fuzz-users.ts";
import { mutated } from "./mutations.ts";
import { RestClient } from "../rest-client.ts";
import { accessTables, NaiveAccess } from "./naive-access.ts";
import { NaiveOrg } from "./naive-rows.ts";
import type { ConditionSource } from "./random-conditions.ts";
import { fuzzedObjects, type QueryAnswer, randomStatement } from "./random-statements.ts";

/** The timeout of each statement. */
const slowestMs = 10_000;

interface FuzzReport {
  readonly checked: number;
  readonly answered: number;
  readonly refused: number;
  readonly slowestMs: number;
  /** The rows that were hidden from one of the users. */
  readonly hidden: number;
  readonly problems: readonly string[];
}

/**
 * Sends random statements as several users, whose results are compared with the naive evaluation, and mutations of them, which must be
 * answered or refused like Salesforce refuses. The report lists all problems.
 */
export async function runFuzz(
  simulator: RunningSimulator,
  { statements, seed }: { statements: number; seed: string },
): Promise<FuzzReport> {
  const fuzz = new Fuzz(simulator, seed);
  await fuzz.signIn();
  for (let index = 0; index < statements && fuzz.problems.length < 20; index += 1) {
    fuzz.become(Math.floor(index / 20));
    if (index % 2 === 0) await fuzz.checkStatement();
    else await fuzz.checkMutation();
  }
  await fuzz.close();
  return {
    checked: fuzz.checked,
    answered: fuzz.answered,
    refused: fuzz.refused,
    hidden: fuzz.hidden,
    slowestMs: Math.round(fuzz.slowestMs),
    problems: fuzz.problems,
  };
}

/** A user who asks, and what the user sees. */
interface Asker {
  readonly name: string;
  readonly token: string;
  readonly source: ConditionSource;
}

class Fuzz {
  readonly problems: string[] = [];
  checked = 0;
  answered = 0;
  refused = 0;
  hidden = 0;
  slowestMs = 0;
  readonly #simulator: RunningSimulator;
  readonly #random: Random;
  readonly #agent: Dispatcher = new Agent({ pipelining: 1 });
  readonly #askers: Asker[] = [];
  #asker: Asker | undefined;

  constructor(simulator: RunningSimulator, seed: string) {
    this.#simulator = simulator;
    this.#random = new Random(seed);
  }

  async signIn(): Promise<void> {
    const users = await fuzzUsers(this.#simulator);
    const now = this.#simulator.org.clock.now();
    const tables = [...fuzzedObjects, "User"];
    const whole = new NaiveOrg(this.#simulator, [...tables, ...accessTables]);
    const access = new NaiveAccess(whole, now);
    for (const { id, username } of users) {
      const org = whole.seenBy((object, row) => access.reads(id, object, row), tables);
      for (const name of fuzzedObjects) this.hidden += whole.table(name).rows.length - org.table(name).rows.length;
      const { token } = await RestClient.signInAs(this.#simulator, username);
      const source = { org, random: this.#random, timeZone: "America/Los_Angeles", now };
      this.#askers.push({ name: username, token, source });
    }
  }

  /** Asks as the next user from now on. */
  become(turn: number): void {
    this.#asker = this.#askers[turn % this.#askers.length];
  }

  close(): Promise<void> {
    return this.#agent.close();
  }

  async checkStatement(): Promise<void> {
    const statement = randomStatement(this.#source());
    const { status, body } = await this.#ask(statement.text);
    this.checked += 1;
    if (status !== 200) {
      this.problems.push(
        `${status} ${body.slice(0, 300)} for a correct statement of ${this.#asker?.name ?? ""}: ${statement.text}`,
      );
      return;
    }
    this.answered += 1;
    try {
      statement.check(JSON.parse(body) as QueryAnswer);
    } catch (error) {
      this.problems.push(
        `${this.#asker?.name ?? ""}: ${statement.text}\n${error instanceof Error ? error.message.slice(0, 600) : String(error)}`,
      );
    }
  }

  async checkMutation(): Promise<void> {
    const text = mutated(randomStatement(this.#source()).text, this.#random);
    const { status, body } = await this.#ask(text);
    if (status === 200) this.answered += 1;
    else this.refused += 1;
    if (status !== 200 && !isRefusal(status, body)) this.problems.push(`${status} ${body.slice(0, 300)} for: ${text}`);
  }

  #source(): ConditionSource {
    if (this.#asker === undefined) throw new Error("No user asks.");
    return this.#asker.source;
  }

  async #ask(text: string): Promise<{ status: number; body: string }> {
    const started = performance.now();
    const response = await this.#agent.request({
      origin: this.#simulator.url,
      path: `/services/data/v62.0/query?q=${encodeURIComponent(text.toWellFormed())}`,
      method: "GET",
      headers: { authorization: `Bearer ${this.#asker?.token ?? ""}` },
      bodyTimeout: slowestMs,
      headersTimeout: slowestMs,
    });
    const body = await response.body.text();
    this.slowestMs = Math.max(this.slowestMs, performance.now() - started);
    return { status: response.statusCode, body };
  }
}

/** Tells if a response is a 4xx with a list of errors that have a code and a message. */
function isRefusal(status: number, body: string): boolean {
  if (status < 400 || status >= 500) return false;
  const errors: unknown = JSON.parse(body);
  return (
    Array.isArray(errors) &&
    errors.every((error: unknown) => {
      if (typeof error !== "object" || error === null || !("errorCode" in error) || !("message" in error)) return false;
      return /^[A-Z_]+$/u.test(String(error.errorCode)) && String(error.message).length > 5;
    })
  );
}
