import { setTimeout as pause } from "node:timers/promises";
import { ConfigFolder, startCommand, type CommandResult, type RunningCommand } from "./command-line.ts";

const pollMs = 50;

/** How a service is started. */
export interface ServiceOptions {
  /** The whole content of its `config.yml`. */
  readonly config: object;
  /** By which failures of a test tell services apart. */
  readonly name?: string;
  /** Added to this process's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** More arguments of `run`, such as `--log-level debug`. */
  readonly args?: readonly string[];
}

/** A line of the log, in the Elastic Common Schema. */
export interface LogLine {
  readonly message: string;
  readonly "log.level": string;
  readonly [field: string]: unknown;
}

/** How long a test waits. */
export interface Patience {
  readonly timeoutMs?: number;
}

/** The service as an operator runs it: a process of `run -c config.yml`, with a folder of its own. */
export class ServiceProcess implements AsyncDisposable {
  readonly name: string;
  readonly #command: RunningCommand;
  readonly #folder: ConfigFolder;
  #result: CommandResult | undefined;

  private constructor({ name, command, folder }: { name: string; command: RunningCommand; folder: ConfigFolder }) {
    this.name = name;
    this.#command = command;
    this.#folder = folder;
    void command.ended.then((result) => (this.#result = result));
  }

  static async start({
    config,
    name = "service",
    environment = {},
    args = [],
  }: ServiceOptions): Promise<ServiceProcess> {
    const folder = await ConfigFolder.create();
    const path = await folder.write(config);
    const command = startCommand(["run", "-c", path, "--filebeat", ...args], { environment: { ...environment } });
    return new ServiceProcess({ name, command, folder });
  }

  get pid(): number | undefined {
    return this.#command.process.pid;
  }

  get isRunning(): boolean {
    return this.#result === undefined;
  }

  /** All that it has written to standard error so far. */
  get output(): string {
    return this.#command.stderr;
  }

  /** The log so far. */
  get log(): LogLine[] {
    return this.output.split("\n").flatMap(readLogLine);
  }

  /** Waits for a line of the log, whole and as JSON, that fits; gives the first that does. */
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
   * Waits for what a test wants to see while the service runs.
   *
   * @throws Error with the end of the log, when the service ends before, or time is up
   */
  async waitUntil(
    condition: () => boolean | Promise<boolean>,
    { timeoutMs = 60_000, what = "the condition" }: Patience & { what?: string } = {},
  ): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      // Looked at before the condition: what a process did last is seen before its end is complained about.
      const result = this.#result;
      if (await condition()) return;
      if (result) throw this.#failure(`ended with status ${String(result.exitCode)} before ${what}`);
      if (Date.now() > deadline) throw this.#failure(`ran for ${timeoutMs} ms without ${what}`);
      await pause(pollMs);
    }
  }

  /**
   * Tells it to stop (SIGTERM) and waits until it has.
   *
   * @throws Error with the end of the log, when it has not in time; it is killed then
   */
  async terminate({ timeoutMs = 60_000 }: Patience = {}): Promise<CommandResult> {
    this.#command.process.kill("SIGTERM");
    const waiting = new AbortController();
    const late = pause(timeoutMs, undefined, { signal: waiting.signal }).catch(() => undefined);
    const result = await Promise.race([this.#command.ended, late]);
    waiting.abort();
    if (result) return result;
    await this.kill();
    throw this.#failure(`did not end within ${timeoutMs} ms after a SIGTERM`);
  }

  /** Kills it (SIGKILL), as a machine that fails, and waits until it is gone. */
  kill(): Promise<CommandResult> {
    this.#command.process.kill("SIGKILL");
    return this.#command.ended;
  }

  /** Waits until it ends by itself. */
  ended(): Promise<CommandResult> {
    return this.#command.ended;
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

  /** Starts one service for each name, with the configuration that `configOf` makes for it. */
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
    // The last line while it is being written.
    return [];
  }
}
