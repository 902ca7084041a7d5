import type { EventEmitter } from "node:events";
import { isDeepStrictEqual } from "node:util";
import type { ConnectorChange, ConnectorStore, StoredConnector } from "../connector/stored-connector.ts";
import type { Clock } from "../core/clock.ts";
import { CanceledError, describeError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { SyncBackend } from "../jobs/sync-backend.ts";
import type { ServiceEvents } from "../sync/service-events.ts";
import type { JobScheduler } from "./job-scheduler.ts";

export interface ReconcilerOptions {
  connectors: ConnectorStore;
  backend: SyncBackend;
  scheduler: JobScheduler;
  serviceType: string;
  events: EventEmitter<ServiceEvents>;
  clock: Clock;
  log: Logger;
  heartbeatMs: number;
  /** The configuration is checked again after this time. */
  recheckMs: number;
}

/** The wait before a failed check is repeated with the same configuration: an org may count failed sign-ins. */
const failedCheckRestMs = 15_000;

/** A `problem` prevents syncs, a `notice` does not. Kibana shows both. */
interface Findings {
  problem: string | undefined;
  notice: string | undefined;
}

/** The last check of a connector's configuration by this process. */
interface ConfigurationCheck {
  configuration: StoredConnector["configuration"];
  at: number;
  problem: string | undefined;
}

/**
 * Reconciles connectors, one pass after the other: completes their description for Kibana, sends heartbeats, checks their configuration,
 * validates edited sync rules, updates their status, and creates the jobs that are due.
 */
export class ConnectorReconciler {
  readonly #options: ReconcilerOptions;
  readonly #checks = new Map<string, ConfigurationCheck>();
  /** Errors of the last sync that a person acknowledged by saving the configuration, by connector. */
  readonly #acknowledgedErrors = new Map<string, string | null>();
  /** The connectors that got a heartbeat from this process, with the last heartbeat before it. */
  readonly #heartbeatSent = new Map<string, number | undefined>();

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  /** One pass over one connector. Problems of the connector are written to it, not thrown. */
  async reconcile(found: StoredConnector, signal: AbortSignal): Promise<void> {
    const { serviceType, clock, scheduler } = this.#options;
    if (found.serviceType !== null && found.serviceType !== serviceType) {
      const problem = `Its service type is ${found.serviceType}; this service runs ${serviceType}.`;
      await this.#updateStatus(found, problem, signal);
      return;
    }
    const connector = await this.#prepare(found, signal);
    if (!connector || connector.status === "created" || connector.status === "needs_configuration") return;
    const { problem, notice } = await this.#findProblems(connector, signal);
    const text = [problem, notice].filter((part) => part !== undefined).join(" ");
    await this.#updateStatus(connector, text === "" ? undefined : text, signal);
    const times = { now: clock.now(), lastHeartbeat: this.#heartbeatSent.get(connector.id) };
    if (problem === undefined) await scheduler.schedule(connector, times, signal);
  }

  /** Describes the connector and sends a heartbeat if necessary. Returns undefined if it was changed at the same moment. */
  async #prepare(found: StoredConnector, signal: AbortSignal): Promise<StoredConnector | undefined> {
    const { connectors, serviceType, clock, heartbeatMs, log } = this.#options;
    const change: ConnectorChange = {
      ...(found.serviceType === null ? { serviceType } : {}),
      ...(found.isDescribed ? {} : { describe: true }),
      ...(found.hasFields ? {} : { status: "needs_configuration" }),
    };
    const prepared = Object.keys(change).length > 0;
    const now = clock.now();
    const due =
      found.lastSeenAt === undefined || now - found.lastSeenAt >= heartbeatMs || !this.#heartbeatSent.has(found.id);
    if (!prepared && !due) return found;
    const result = await connectors.change(
      found.id,
      { ...change, ...(due ? { lastSeenAt: now } : {}) },
      { revision: found.revision, signal },
    );
    if (typeof result === "string") return undefined;
    if (!this.#heartbeatSent.has(found.id)) this.#heartbeatSent.set(found.id, found.lastSeenAt);
    if (prepared) log.info("connector prepared", { connector_id: found.id, status: change.status ?? found.status });
    return connectors.get(found.id, signal);
  }

  async #findProblems(connector: StoredConnector, signal: AbortSignal): Promise<Findings> {
    const problems = [...this.#options.scheduler.problems(connector)];
    const schedules = Object.values(connector.schedules);
    if (connector.indexName === null && schedules.some((schedule) => schedule?.enabled === true))
      problems.push("It has a schedule but no index: attach an index to it.");
    const checked = await this.#check(connector, signal);
    if (checked !== undefined) problems.push(checked);
    if (connector.malformedRules !== undefined) problems.push(connector.malformedRules);
    const notice = connector.draft?.edited === true ? await this.#validateDraft(connector, signal) : undefined;
    return {
      problem: problems.length === 0 ? undefined : problems.join(" "),
      // If the check failed, its problem also explains why the rules could not be validated.
      notice: checked === undefined ? notice : undefined,
    };
  }

  /** Checks a configuration that is new, that failed, or whose last check is too old. */
  async #check(connector: StoredConnector, signal: AbortSignal): Promise<string | undefined> {
    const { backend, clock, recheckMs } = this.#options;
    const { configuration } = connector;
    const last = this.#checks.get(connector.id);
    const now = clock.now();
    const restMs = last?.problem === undefined ? recheckMs : failedCheckRestMs;
    const saved = connector.status === "configured";
    if (!saved && last && now - last.at < restMs && isDeepStrictEqual(last.configuration, configuration))
      return last.problem;
    let problem: string | undefined;
    try {
      await backend.check(connector, signal);
    } catch (error) {
      if (signal.aborted || error instanceof CanceledError) throw error;
      problem = describeError(error);
    }
    this.#checks.set(connector.id, { configuration, at: now, problem });
    return problem;
  }

  /** Validates an edited draft: it becomes active, or gets its problems. Returns a notice if it cannot be validated. */
  async #validateDraft(connector: StoredConnector, signal: AbortSignal): Promise<string | undefined> {
    const { connectors, backend, log } = this.#options;
    const { draft } = connector;
    if (!draft) return undefined;
    try {
      const problems = await backend.validateRules(connector, draft.rules, signal);
      const current = await connectors.get(connector.id, signal);
      // A draft that was edited meanwhile is validated in the next pass.
      if (!current || !isDeepStrictEqual(current.draft, draft)) return undefined;
      const change = { draftProblems: problems };
      const result = await connectors.change(connector.id, change, { revision: current.revision, signal });
      if (typeof result !== "string")
        log.info("sync rules validated", { connector_id: connector.id, problems: problems.length });
      return undefined;
    } catch (error) {
      if (signal.aborted || error instanceof CanceledError) throw error;
      return `Its sync rules could not be validated: ${describeError(error)}`;
    }
  }

  /** Writes a new status to the connector. If it was changed meanwhile, the next pass tries again. */
  async #updateStatus(connector: StoredConnector, problem: string | undefined, signal: AbortSignal): Promise<void> {
    const { connectors, events, log } = this.#options;
    const { id } = connector;
    if (connector.status === "configured") this.#acknowledgedErrors.set(id, connector.lastSync.content.error);
    const { status, error } =
      problem === undefined
        ? statusWithoutProblem(connector, this.#acknowledgedErrors.get(id))
        : ({ status: "error", error: problem } as const);
    if (connector.status === status && connector.error === error) return;
    const result = await connectors.change(id, { status, error }, { revision: connector.revision, signal });
    if (typeof result === "string") return;
    if (error === null) log.info("connector is connected", { connector_id: id, status });
    else log.warn("connector has a problem", { connector_id: id, status, problem: error });
    events.emit("connectorStatusChanged", { connectorId: id, status, error });
  }
}

/** The error of a sync stays until a sync succeeds or a person saves the configuration. */
function statusWithoutProblem(
  { status, lastSync: { content } }: StoredConnector,
  acknowledgedError: string | null | undefined,
): Required<Pick<ConnectorChange, "status" | "error">> {
  return status === "error" && content.error !== null && content.error !== acknowledgedError
    ? { status: "error", error: content.error }
    : { status: "connected", error: null };
}
