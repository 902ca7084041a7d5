import { Agent, type Dispatcher } from "undici";
import { Random } from "../../../../simulator/core/random.ts";
import type { RunningSimulator } from "../../../../simulator/start-simulator.ts";
import { connect } from "../connect.ts";
import { mutated } from "./mutations.ts";
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
  readonly problems: readonly string[];
}

/**
 * Sends random statements, whose results are compared with the naive evaluation, and mutations of them, which must be answered or refused
 * like Salesforce refuses. The report lists all problems.
 */
export async function runFuzz(
  simulator: RunningSimulator,
  { statements, seed }: { statements: number; seed: string },
): Promise<FuzzReport> {
  const fuzz = new Fuzz(simulator, seed);
  await fuzz.signIn();
  for (let index = 0; index < statements && fuzz.problems.length < 20; index += 1) {
    if (index % 2 === 0) await fuzz.checkStatement();
    else await fuzz.checkMutation();
  }
  await fuzz.close();
  return {
    checked: fuzz.checked,
    answered: fuzz.answered,
    refused: fuzz.refused,
    slowestMs: Math.round(fuzz.slowestMs),
    problems: fuzz.problems,
  };
}

class Fuzz {
  readonly problems: string[] = [];
  checked = 0;
  answered = 0;
  refused = 0;
  slowestMs = 0;
  readonly #simulator: RunningSimulator;
  readonly #random: Random;
  readonly #source: ConditionSource;
  readonly #agent: Dispatcher = new Agent({ pipelining: 1 });
  #token = "";

  constructor(simulator: RunningSimulator, seed: string) {
    this.#simulator = simulator;
    this.#random = new Random(seed);
    const org = new NaiveOrg(simulator, [...fuzzedObjects, "User"]);
    this.#source = { org, random: this.#random, timeZone: "America/Los_Angeles", now: simulator.org.clock.now() };
  }

  async signIn(): Promise<void> {
    const connection = await connect(this.#simulator);
    this.#token = connection.accessToken ?? "";
  }

  close(): Promise<void> {
    return this.#agent.close();
  }

  async checkStatement(): Promise<void> {
    const statement = randomStatement(this.#source);
    const { status, body } = await this.#ask(statement.text);
    this.checked += 1;
    if (status !== 200) {
      this.problems.push(`${status} ${body.slice(0, 300)} for a correct statement: ${statement.text}`);
      return;
    }
    this.answered += 1;
    try {
      statement.check(JSON.parse(body) as QueryAnswer);
    } catch (error) {
      this.problems.push(`${statement.text}\n${error instanceof Error ? error.message.slice(0, 600) : String(error)}`);
    }
  }

  async checkMutation(): Promise<void> {
    const text = mutated(randomStatement(this.#source).text, this.#random);
    const { status, body } = await this.#ask(text);
    if (status === 200) this.answered += 1;
    else this.refused += 1;
    if (status !== 200 && !isRefusal(status, body)) this.problems.push(`${status} ${body.slice(0, 300)} for: ${text}`);
  }

  async #ask(text: string): Promise<{ status: number; body: string }> {
    const started = performance.now();
    const response = await this.#agent.request({
      origin: this.#simulator.url,
      path: `/services/data/v62.0/query?q=${encodeURIComponent(text.toWellFormed())}`,
      method: "GET",
      headers: { authorization: `Bearer ${this.#token}` },
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
