import { setTimeout as pause } from "node:timers/promises";
import type { ProcessResult, RunningProcess } from "../../demo/processes.ts";
import { ConfigFolder, startCommand } from "./command-line.ts";

const pollMs = 50;

interface ServiceOptions {
  /** The whole content of its `config.yml`. */
  readonly config: object;
  /** Identifies the service in test failures. */
  readonly name?: string;
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** More arguments of `run`, such as `--log-level debug`. */
  readonly args?: readonly string[];
}

/** A line of the log, in the Elastic Common Schema. */
interface LogLine {
  readonly message: string;
  readonly "log.level": string;
  readonly [field: string]: unknown;
}

interface Patience {
  readonly timeoutMs?: number;
}

/** The service as an operator runs it: a process of `run -c config.yml` in its own folder. */
export class ServiceProcess implements AsyncDisposable {
  readonly name: string;
  readonly #process: RunningProcess;
  readonly #folder: ConfigFolder;

  private constructor(name: string, process: RunningProcess, folder: ConfigFolder) {
    this.name = name;
    this.#process = process;
    this.#folder = folder;
  }

  static async start({
    config,
    name = "service",
    environment = {},
    args = [],
  }: ServiceOptions): Promise<ServiceProcess> {
    const folder = await ConfigFolder.create();
    const path = await folder.write(config);
    const process = startCommand(["run", "-c", path, "--filebeat", ...args], { env: environment });
    return new ServiceProcess(name, process, folder);
  }

  get pid(): number {
    return this.#process.pid;
  }

  get isRunning(): boolean {
    return this.#process.isRunning;
  }

  /** Its standard error so far. */
  get output(): string {
    return this.#process.stderr;
  }

  /** The log so far. */
  get log(): LogLine[] {
    return this.output.split("\n").flatMap(readLogLine);
  }

  /** Waits for a complete log line that matches. Returns the first one. */
  async waitForLog(pattern: string | RegExp, patience: Patience = {}): Promise<string> {
    const find = (): string | undefined =>
      this.output
        .split("\n")
        .slice(0, -1)
        .find((line) => (typeof pattern === "string" ? line.includes(pattern) : pattern.test(line)));
    await this.waitUntil(() => find() !== undefined, { ...patience, what: `a log line with ${String(pattern)}` });
    return find() ?? "";
  }

  /**
   * Waits for a condition while the service runs.
   *
   * @throws Error with the end of the log, if the service ends before that or after a timeout
   */
  async waitUntil(
    condition: () => boolean | Promise<boolean>,
    { timeoutMs = 60_000, what = "the condition" }: Patience & { what?: string } = {},
  ): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      // Read before the condition, so that the last effects of an ended process are still seen.
      const { isRunning } = this;
      if (await condition()) return;
      if (!isRunning) throw this.#failure(`ended with status ${(await this.ended()).exitCode} before ${what}`);
      if (Date.now() > deadline) throw this.#failure(`ran for ${timeoutMs} ms without ${what}`);
      await pause(pollMs);
    }
  }

  /**
   * Stops it (SIGTERM) and waits for its end.
   *
   * @throws Error with the end of the log, after a timeout; the process is then killed
   */
  async terminate({ timeoutMs = 60_000 }: Patience = {}): Promise<ProcessResult> {
    const result = await this.#process.stop(timeoutMs);
    if (result.signal === "SIGKILL") throw this.#failure(`did not end within ${timeoutMs} ms after a SIGTERM`);
    return result;
  }

  /** Kills it (SIGKILL), like a machine failure, and waits for its end. */
  kill(): Promise<ProcessResult> {
    return this.#process.kill();
  }

  /** Waits for its end without a signal. */
  ended(): Promise<ProcessResult> {
    return this.#process.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await this.#folder[Symbol.asyncDispose]();
  }

  #failure(what: string): Error {
    const lastLines = this.output.trim().split("\n").slice(-20).join("\n");
    return new Error(`The service ${this.name} ${what}. The end of its log:\n${lastLines}`);
  }
}

/** Several services at once, as on several machines. */
export class ServiceFleet implements AsyncDisposable {
  readonly services: readonly ServiceProcess[];

  private constructor(services: readonly ServiceProcess[]) {
    this.services = services;
  }

  /** Starts one service for each name. `configOf` returns its configuration. */
  static async start(names: readonly string[], configOf: (name: string) => object): Promise<ServiceFleet> {
    return new ServiceFleet(
      await Promise.all(names.map((name) => ServiceProcess.start({ name, config: configOf(name) }))),
    );
  }

  named(name: string): ServiceProcess {
    const service = this.services.find((candidate) => candidate.name === name);
    if (!service)
      throw new Error(`There is no service ${name}; there are ${this.services.map((one) => one.name).join(", ")}.`);
    return service;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.services.map((service) => service[Symbol.asyncDispose]()));
  }
}

function readLogLine(line: string): LogLine[] {
  if (!line.startsWith("{")) return [];
  try {
    return [JSON.parse(line) as LogLine];
  } catch {
    // The last line may be incomplete.
    return [];
  }
}
