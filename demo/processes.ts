// The process starter of the demo, the benchmark and the tests.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const stopTimeoutMs = 15_000;

export interface ProcessOptions {
  /** Added to the environment of this process. */
  env?: Readonly<NodeJS.ProcessEnv>;
  folder?: string;
  /** The text for standard input. */
  input?: string;
  /** Standard input stays open until `closeInput()`, or until this process ends. */
  keepInputOpen?: boolean;
  /** Receives standard error instead of the result. */
  stderr?: "inherit" | "ignore";
  /** Ctrl-C in the terminal does not reach the process, so that this one can stop its processes in order. */
  detached?: boolean;
  /** Ends the process by SIGTERM. */
  signal?: AbortSignal;
}

export interface ProcessResult {
  /** Null if a signal ended the process. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A process with its output. */
export class RunningProcess {
  /** Rejects if the program cannot be started. */
  readonly ended: Promise<ProcessResult>;
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #output = { stdout: "", stderr: "" };
  #isRunning = true;

  constructor(name: string, child: ChildProcess) {
    this.#name = name;
    this.#child = child;
    for (const stream of ["stdout", "stderr"] as const)
      child[stream]?.setEncoding("utf8").on("data", (text: string) => (this.#output[stream] += text));
    this.ended = this.#end();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  get stdout(): string {
    return this.#output.stdout;
  }

  get stderr(): string {
    return this.#output.stderr;
  }

  /**
   * Waits until the process has written a text that matches.
   * @throws Error with its standard error, if it ends before that
   */
  async waitForOutput(pattern: RegExp, stream: "stdout" | "stderr" = "stdout"): Promise<RegExpExecArray> {
    const { [stream]: readable } = this.#child;
    for (;;) {
      const match = pattern.exec(this.#output[stream]);
      if (match) return match;
      if (!readable || !this.#isRunning) throw new Error(`${this.#name} did not start: ${this.stderr.trim()}`);
      await Promise.race([once(readable, "data"), this.ended]);
    }
  }

  /** The URL of the ready line, such as `{"ready":true,"url":"http://127.0.0.1:8085"}`. */
  async readyUrl(): Promise<string> {
    return (await this.waitForOutput(/^\{"ready":true,"url":"(?<url>[^"]+)".*\n/m)).groups?.["url"] ?? "";
  }

  closeInput(): void {
    this.#child.stdin?.end();
  }

  /**
   * Waits for the end of the process.
   * @returns its standard output
   * @throws Error with its standard error, if it does not end with 0
   */
  async output(): Promise<string> {
    const { exitCode, signal, stdout, stderr } = await this.ended;
    if (exitCode !== 0) throw new Error(`${this.#name} ended with ${exitCode ?? signal}: ${stderr.trim()}`);
    return stdout;
  }

  /** Sends a signal and waits until the process has ended. */
  kill(signal: NodeJS.Signals = "SIGKILL"): Promise<ProcessResult> {
    this.#child.kill(signal);
    return this.ended;
  }

  /** Asks the process to end (SIGTERM), and kills it (SIGKILL) if it does not end in time. */
  async stop(timeoutMs = stopTimeoutMs): Promise<ProcessResult> {
    const timeout = setTimeout(() => this.#child.kill("SIGKILL"), timeoutMs);
    try {
      return await this.kill("SIGTERM");
    } finally {
      clearTimeout(timeout);
    }
  }

  async #end(): Promise<ProcessResult> {
    try {
      const [exitCode, signal] = (await once(this.#child, "close")) as [number | null, NodeJS.Signals | null];
      return { exitCode, signal, ...this.#output };
    } finally {
      this.#isRunning = false;
    }
  }
}

export function startProcess(command: string, args: readonly string[], options: ProcessOptions = {}): RunningProcess {
  return new RunningProcess(command, spawnProcess(command, args, options));
}

/** Starts a program of this project, such as `simulator/main.ts`. */
export function startScript(script: string, args: readonly string[], options: ProcessOptions = {}): RunningProcess {
  return new RunningProcess(script, spawnProcess(process.execPath, [resolve(root, script), ...args], options));
}

function spawnProcess(
  command: string,
  args: readonly string[],
  { env, folder, input, keepInputOpen = false, stderr, detached = false, signal }: ProcessOptions,
): ChildProcess {
  const child = spawn(command, [...args], {
    env: { ...process.env, ...env },
    ...(folder !== undefined && { cwd: folder }),
    stdio: [input !== undefined || keepInputOpen ? "pipe" : "ignore", "pipe", stderr ?? "pipe"],
    detached,
  });
  if (input !== undefined) child.stdin?.end(input);
  const end = (): boolean => child.kill("SIGTERM");
  signal?.addEventListener("abort", end);
  child.once("close", () => signal?.removeEventListener("abort", end));
  return child;
}

/** A server of this project that runs until it is stopped. */
export interface RunningServer {
  url: string;
  stop(): Promise<unknown>;
}

/** Starts a server of this project and waits until it is ready. It ends when this process does. */
export async function startServer(script: string, args: readonly string[]): Promise<RunningServer> {
  const server = startScript(script, [...args, "--exit-with-parent"], { keepInputOpen: true, detached: true });
  return { url: await server.readyUrl(), stop: () => server.stop() };
}
