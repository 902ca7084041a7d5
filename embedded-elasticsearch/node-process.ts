import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { classPathFolder } from "./assemble-home.ts";
import { portTaken } from "./check-port.ts";
import type { Jdk } from "./find-jdk.ts";
import { isReady, type NodeAccess } from "./node-access.ts";
import { StartFailure } from "./start-failure.ts";

export interface NodeProcessOptions {
  readonly jdk: Jdk;
  readonly home: string;
  /** Contains log4j2.properties and, with security, elasticsearch.yml. */
  readonly configFolder: string;
  /** Data, logs and temporary files. Not shared with other nodes. */
  readonly folder: string;
  readonly access: NodeAccess;
  /** The node deletes its folder when this process dies. */
  readonly temporary: boolean;
  /** 0 for a free port. */
  readonly port: number;
  readonly heapMb: number;
}

const startTimeoutMs = 120_000;
const pollMs = 50;
const stopTimeoutMs = 10_000;
const reportedLogLines = 30;
/** Exit status of EmbeddedNode.java if the port is in use. */
const portTakenStatus = 10;
const vectorsSinceJava = 21;

/**
 * The Java process of one node.
 *
 * The node exits when its standard input closes. This process holds the other end of the pipe, which the operating system closes when
 * this process exits for any reason.
 */
export class NodeProcess {
  /** Resolves when the process has exited: with undefined after `stop()`, else with the reason as a sentence. */
  readonly ended: Promise<string | undefined>;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #options: NodeProcessOptions;
  #url = "";
  #stopping = false;

  private constructor(child: ChildProcess, pid: number, options: NodeProcessOptions) {
    this.#child = child;
    this.pid = pid;
    this.#options = options;
    this.ended = new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        const how = signal ?? `status ${code ?? 0}`;
        resolve(this.#stopping ? undefined : `it ended with ${how}`);
      });
    });
  }

  /** @returns a node whose cluster answers green or yellow */
  static async start(options: NodeProcessOptions, signal?: AbortSignal): Promise<NodeProcess> {
    const { folder } = options;
    signal?.throwIfAborted();
    for (const name of ["tmp", "logs"]) await mkdir(path.join(folder, name), { recursive: true });
    // An earlier run of this folder may have left its port here.
    await rm(portsFile(folder), { force: true });
    const log = openSync(logFile(folder), "w");
    const child = spawn(path.join(options.jdk.home, "bin", "java"), javaArguments(options), {
      cwd: folder,
      env: { ...process.env, ELASTIC_PASSWORD: options.access.security?.user.password },
      stdio: ["pipe", log, log],
      // Keeps Ctrl-C from the node: the program that started it may still have to write to it.
      detached: true,
    });
    closeSync(log);
    // Ignore write errors after the node has exited: `ended` reports the exit.
    child.stdin?.on("error", () => undefined);
    await once(child, "spawn");
    const node = new NodeProcess(child, child.pid ?? 0, options);
    try {
      await node.#waitUntilReady(signal);
      return node;
    } catch (error) {
      await node.stop();
      throw error;
    }
  }

  get url(): string {
    return this.#url;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#child.stdin?.end();
    const cancelled = new AbortController();
    const late = pause(stopTimeoutMs, "late", { signal: cancelled.signal }).catch(() => "cancelled");
    if ((await Promise.race([this.ended, late])) === "late") {
      this.#child.kill("SIGKILL");
      await this.ended;
    }
    cancelled.abort();
  }

  async #waitUntilReady(signal?: AbortSignal): Promise<void> {
    const deadline = Date.now() + startTimeoutMs;
    let gone: string | undefined;
    void this.ended.then((how) => (gone = how));
    while (!(await this.#isReady())) {
      signal?.throwIfAborted();
      if (gone !== undefined) throw await this.#startFailure(gone);
      if (Date.now() > deadline) throw await this.#startFailure(`it did not answer within ${startTimeoutMs / 1000} s`);
      await pause(pollMs);
    }
  }

  async #isReady(): Promise<boolean> {
    const { access, folder } = this.#options;
    if (this.#url === "") {
      const addresses = await readFile(portsFile(folder), "utf8").catch(() => "");
      const port = /^127\.0\.0\.1:(\d+)$/m.exec(addresses)?.[1];
      if (port === undefined) return false;
      this.#url = `${access.security ? "https" : "http"}://127.0.0.1:${port}`;
    }
    return isReady(this.#url, access);
  }

  async #startFailure(how: string): Promise<StartFailure> {
    const { folder, port } = this.#options;
    if (this.#child.exitCode === portTakenStatus) return portTaken(port);
    const log = await readFile(logFile(folder), "utf8").catch(() => "");
    return new StartFailure(`The embedded Elasticsearch did not start: ${how}. The last lines of its log tell why.`, {
      details: log.trimEnd().split("\n").slice(-reportedLogLines).join("\n"),
    });
  }
}

/** The server writes this file when it listens: one address on each line. */
function portsFile(folder: string): string {
  return path.join(folder, "logs", "http.ports");
}

/** The output of the process: the server's log and Java's warnings. */
function logFile(folder: string): string {
  return path.join(folder, "node.log");
}

function javaArguments({ jdk, home, configFolder, folder, temporary, port, heapMb }: NodeProcessOptions): string[] {
  return [
    `-Xms${Math.min(heapMb, 256)}m`,
    `-Xmx${heapMb}m`,
    `-XX:MaxDirectMemorySize=${Math.ceil(heapMb / 2)}m`,
    // A node that is out of memory would fail only some of the requests.
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-OmitStackTraceInFastThrow",
    // Lucene uses the vector module since Java 21, and logs a warning if an older Java has it enabled.
    ...(jdk.major >= vectorsSinceJava ? ["--add-modules=jdk.incubator.vector"] : []),
    "--enable-native-access=ALL-UNNAMED",
    "-Djava.awt.headless=true",
    "-Dfile.encoding=UTF-8",
    `-Djava.io.tmpdir=${path.join(folder, "tmp")}`,
    // Shows the owner of the node in `ps`.
    `-Dembedded.owner=${process.env["EMBEDDED_ELASTICSEARCH_OWNER"] ?? process.pid}`,
    "-Dio.netty.noUnsafe=true",
    "-Dlog4j.shutdownHookEnabled=false",
    "-Dlog4j2.disable.jmx=true",
    "-cp",
    path.join(home, classPathFolder, "*"),
    "embedded.node.EmbeddedNode",
    home,
    folder,
    String(port),
    String(temporary),
    configFolder,
  ];
}
