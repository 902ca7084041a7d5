import { EventEmitter } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { checkConnector } from "../../../src/app/check-connector.ts";
import { runService, startSyncJob } from "../../../src/app/service.ts";
import { connectorJobsCommand } from "../../../src/cli/connector/jobs.ts";
import { connectorListCommand } from "../../../src/cli/connector/list.ts";
import { parseConfig } from "../../../src/config/load-config.ts";
import type { Config } from "../../../src/config/schema.ts";
import { AppError, describeError, toError } from "../../../src/core/errors.ts";
import type { Logger } from "../../../src/core/logger.ts";
import { ConfigFolder } from "../../support/command-line.ts";
import type { Kibana } from "../../support/kibana.ts";
import type { Job } from "../../support/kibana-store.ts";
import { fastClock } from "./fast-clock.ts";
import { connectorOf, type Scenario } from "./scenarios.ts";

/** How a run ended, as its user sees it. */
export interface Outcome {
  status: "completed" | "error" | "ok" | "failed" | "canceled" | "suspended";
  /** The code of the error, or of its cause. */
  code?: string;
  text: string;
  warnings: readonly string[];
}

export interface RunsOptions {
  elasticsearchUrl: string;
  salesforceUrl: (scenario: Scenario) => string;
  kibana: Kibana;
}

interface ServiceFault {
  start: () => void;
  hits: () => number;
  wanted: number;
  lift: () => Promise<void>;
}

/** Times are a tenth of the real ones. */
const clock = fastClock(10);

/** The index of a run, and whether its timeouts are the shortest possible. */
export interface Target {
  index: string;
  hurried: boolean;
}

const settings = {
  "elasticsearch.max_retries": 2,
  "elasticsearch.bulk.queue_refresh_timeout": 5,
  "elasticsearch.max_response_size": 1,
  "salesforce.max_response_size": 1,
  "salesforce.mebibyte_timeout": 5,
  "service.mass_delete_documents": 0,
  "service.idling": 1,
  "service.job_cleanup_interval": 10,
};

/** Commands, and Salesforce's timeout, are not on the fast clock. */
const timeouts = (scenario: Scenario, { hurried }: Target): object => ({
  "elasticsearch.request_timeout": hurried ? (scenario === "check" || scenario === "list" ? 2 : 20) : 300,
  "salesforce.request_timeout": hurried ? 2 : 30,
});

/** Runs the product in this process. */
export class Runs {
  readonly #options: RunsOptions;

  constructor(options: RunsOptions) {
    this.#options = options;
  }

  async run(scenario: Scenario, target: Target): Promise<Outcome> {
    if (scenario === "check") return this.#check(target);
    if (scenario === "list") return this.#list(target);
    return this.#sync(scenario, target);
  }

  async #sync(scenario: Scenario, target: Target): Promise<Outcome> {
    const { config, entry } = this.#config(scenario, target);
    const log = new CodeLog();
    const { signal } = new AbortController();
    return ending(log, async () => {
      const named = { id: entry.connector_id, entry };
      const type = scenario === "access" ? "access_control" : "full";
      const { status, error, warnings } = await startSyncJob(named, { config, type, log, signal, clock });
      return {
        status: status as Outcome["status"],
        text: error ?? "",
        warnings,
        ...(error === null ? {} : log.code()),
      };
    });
  }

  async #check(target: Target): Promise<Outcome> {
    const { config, entry } = this.#config("check", target);
    const log = new CodeLog();
    const { signal } = new AbortController();
    return ending(log, async () => {
      const results = await checkConnector({ id: entry.connector_id, entry }, { config, log, signal });
      const bad = results.filter(({ outcome }) => outcome === "failed");
      const warnings = results.filter(({ outcome }) => outcome === "warning").map(({ found }) => found);
      return { status: bad.length > 0 ? "failed" : "ok", text: bad.map(({ found }) => found).join(" "), warnings };
    });
  }

  async #list(target: Target): Promise<Outcome> {
    await using folder = await ConfigFolder.create();
    const path = await folder.write(this.#file("list", target));
    const log = new CodeLog();
    const terminal = { out: () => undefined, err: () => undefined, interactive: false };
    const context = { name: "salesforce-connector", terminal, signal: new AbortController().signal };
    return await ending(log, async () => {
      await connectorJobsCommand({ config: path, logLevel: "critical", limit: "5" }, context);
      await connectorListCommand({ config: path, logLevel: "critical" }, context);
      return { status: "ok", text: "", warnings: [] };
    });
  }

  /** Runs a service; the fault is active from the creation of a job until it has hit some requests. */
  async service(target: Target, fault: ServiceFault): Promise<Outcome> {
    const { config, entry } = this.#config("service", target);
    const { kibana } = this.#options;
    const id = entry.connector_id;
    const stop = new AbortController();
    const running = runService(config, {
      log: new CodeLog(),
      signal: stop.signal,
      clock,
      events: new EventEmitter(),
      onPass: () => undefined,
    });
    try {
      await until("the connector", async () => (await kibana.getConnector(id)).status === "connected");
      fault.start();
      const jobId = await kibana.startSync(id);
      await until("the fault", () => Promise.resolve(fault.hits() >= fault.wanted));
      await fault.lift();
      const job = await until<Job>("the job", async () => {
        const found = await kibana.getJob(jobId);
        return ["completed", "error", "canceled"].includes(found.status) ? found : undefined;
      });
      return { status: job.status as Outcome["status"], text: job.error ?? "", warnings: [] };
    } finally {
      await fault.lift();
      stop.abort();
      await running;
    }
  }

  #config(scenario: Scenario, target: Target): { config: Config; entry: Config["connectors"][number] } {
    const { config } = parseConfig(JSON.stringify(this.#file(scenario, target)), { file: "test", environment: {} });
    const [entry] = config.connectors;
    if (!entry) throw new Error("The configuration has no connector.");
    return { config, entry };
  }

  #file(scenario: Scenario, target: Target): object {
    const { configuration, ...connector } = connectorOf(scenario);
    return {
      "elasticsearch.host": this.#options.elasticsearchUrl,
      ...settings,
      ...timeouts(scenario, target),
      connectors: [
        {
          connector_id: `faults-${scenario === "list" ? "sync" : scenario}`,
          index_name: target.index,
          salesforce: { base_url: this.#options.salesforceUrl(scenario) },
          configuration: { domain: "acme", client_id: "simulator", client_secret: "simulator", ...configuration },
          ...connector,
        },
      ],
    };
  }
}

/** Waits until a condition returns something. */
async function until<T>(what: string, condition: () => Promise<T | false | undefined>): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = await condition().catch(() => undefined);
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`${what} did not come in 30 s.`);
    await pause(20);
  }
}

async function ending(log: CodeLog, work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    log.note(error);
    return { status: "error", text: describeError(error), warnings: [], ...log.code() };
  }
}

const ignore = (): void => undefined;

/** A log that keeps the code of the last error. */
class CodeLog implements Logger {
  #code: string | undefined;

  note(thrown: unknown): void {
    let error = toError(thrown);
    while (error.cause instanceof AppError) error = error.cause;
    this.#code = error instanceof AppError ? error.code : "none";
  }

  code(): { code?: string } {
    return this.#code === undefined ? {} : { code: this.#code };
  }

  error(text: string, fields: Readonly<Record<string, unknown>> = {}): void {
    if (text === "sync failed") this.note(fields["error"]);
  }

  readonly warn = ignore;
  readonly info = ignore;
  readonly debug = ignore;

  child(): Logger {
    return this;
  }
}
