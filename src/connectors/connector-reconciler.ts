import { isDeepStrictEqual } from "node:util";
import { judgedFiltering, readFiltering, type Filtering } from "../connector/filtering.ts";
import type { Clock } from "../core/clock.ts";
import { CanceledError, describeError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { JobScheduler } from "./job-scheduler.ts";
import type { ConnectorChange, ConnectorStore, StoredConnector, SyncBackend } from "../jobs/ports.ts";
import { prepareConnector, type ConnectorKind } from "./prepare-connector.ts";

/** What looking after connectors needs. */
export interface ReconcilerOptions {
  connectors: ConnectorStore;
  runner: SyncBackend;
  scheduler: JobScheduler;
  kind: ConnectorKind;
  clock: Clock;
  log: Logger;
  heartbeatMs: number;
  /** How long a sign-in that worked is taken to work still. */
  recheckMs: number;
}

/** How long a sign-in that failed rests before it is tried again with the same configuration: an org may count them. */
const failedRestMs = 15_000;

interface Finding {
  problem: string | undefined;
  notice: string | undefined;
}

/** What this process last found when it tried a connector's configuration. */
interface Trial {
  configuration: unknown;
  at: number;
  problem: string | undefined;
}

/**
 * Looks after connectors, one pass after the other: gives them what Kibana needs to show them, tells that somebody is there, tries their
 * configuration, looks at edited rules, says what is wrong, and makes the jobs that are due.
 */
export class ConnectorReconciler {
  readonly #options: ReconcilerOptions;
  readonly #trials = new Map<string, Trial>();
  /** Errors of syncs that somebody answered by saving the configuration. */
  readonly #forgiven = new Map<string, string | null>();
  /** The connectors that this process has told that it is there, and when somebody did so before. */
  readonly #greeted = new Map<string, number | undefined>();

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  /** One pass over one connector. What is wrong with the connector is said on it, not thrown. */
  async reconcile(found: StoredConnector, signal: AbortSignal): Promise<void> {
    const { kind, clock, scheduler } = this.#options;
    if (found.serviceType !== null && found.serviceType !== kind.serviceType) {
      await this.#report(
        found,
        `Its service type is ${found.serviceType}, and this service runs ${kind.serviceType}.`,
        signal,
      );
      return;
    }
    const connector = await this.#prepare(found, signal);
    if (!connector || connector.state === "created" || connector.state === "needs_configuration") return;
    const { problem, notice } = await this.#findProblem(connector, signal);
    const said = [problem, notice].filter((text) => text !== undefined).join(" ");
    await this.#report(connector, said === "" ? undefined : said, signal);
    const times = { now: clock.now(), seenBefore: this.#greeted.get(connector.id) };
    if (problem === undefined) await scheduler.schedule(connector, times, signal);
  }

  /** The connector with all that it needs and a fresh heartbeat; nothing where somebody else changed it at this moment. */
  async #prepare(found: StoredConnector, signal: AbortSignal): Promise<StoredConnector | undefined> {
    const { connectors, kind, clock, heartbeatMs, log } = this.#options;
    const change = prepareConnector(found, kind);
    const now = clock.now();
    const due = found.lastSeenAt === undefined || now - found.lastSeenAt >= heartbeatMs || !this.#greeted.has(found.id);
    if (!change && !due) return found;
    const result = await connectors.change(
      found.id,
      { ...change, ...(due ? { lastSeenAt: now } : {}) },
      { revision: found.revision, signal },
    );
    if (typeof result === "string") return undefined;
    if (!this.#greeted.has(found.id)) this.#greeted.set(found.id, found.lastSeenAt);
    if (change) log.info("connector was prepared", { connector_id: found.id, state: change.state ?? found.state });
    return connectors.get(found.id, signal);
  }

  /** What keeps the connector from being synced, and what should be said beside. */
  async #findProblem(connector: StoredConnector, signal: AbortSignal): Promise<Finding> {
    const problems = [...this.#options.scheduler.problems(connector)];
    if (
      connector.indexName === null &&
      Object.values(connector.schedules).some((schedule) => schedule?.enabled === true)
    )
      problems.push("It has a schedule and no index: attach an index to it.");
    const trial = await this.#try(connector, signal);
    if (trial !== undefined) problems.push(trial);
    const filtering = readFiltering(connector.filtering);
    if (filtering && "problem" in filtering) problems.push(filtering.problem);
    const notice =
      filtering && "draft" in filtering ? await this.#judgeRules(connector, { filtering, signal }) : undefined;
    return {
      problem: problems.length === 0 ? undefined : problems.join(" "),
      // Why the org cannot be asked has been said.
      notice: trial === undefined ? notice : undefined,
    };
  }

  /** Signs in with a configuration that is new, that failed, or that has not been tried for a while. */
  async #try(connector: StoredConnector, signal: AbortSignal): Promise<string | undefined> {
    const { runner, clock, recheckMs } = this.#options;
    const { configuration } = connector;
    const last = this.#trials.get(connector.id);
    const now = clock.now();
    const restMs = last?.problem === undefined ? recheckMs : failedRestMs;
    const saved = connector.state === "configured";
    if (!saved && last && now - last.at < restMs && isDeepStrictEqual(last.configuration, configuration))
      return last.problem;
    let problem: string | undefined;
    try {
      await runner.check(connector, signal);
    } catch (error) {
      if (signal.aborted || error instanceof CanceledError) throw error;
      problem = describeError(error);
    }
    this.#trials.set(connector.id, { configuration, at: now, problem });
    return problem;
  }

  /** Looks at an edited draft: it becomes active, or says what is wrong with it. */
  async #judgeRules(
    connector: StoredConnector,
    { filtering, signal }: { filtering: Filtering; signal: AbortSignal },
  ): Promise<string | undefined> {
    const { connectors, runner, log } = this.#options;
    if (!filtering.edited) return undefined;
    try {
      const problems = await runner.validateRules(connector, filtering.draft, signal);
      const change = { filtering: judgedFiltering(filtering, problems) };
      const current = await connectors.get(connector.id, signal);
      // A draft that was edited while it was looked at is looked at again in the next pass.
      if (!current || !isDeepStrictEqual(current.filtering, connector.filtering)) return undefined;
      const result = await connectors.change(connector.id, change, { revision: current.revision, signal });
      if (typeof result !== "string")
        log.info("edited sync rules were looked at", { connector_id: connector.id, problems: problems.length });
      return undefined;
    } catch (error) {
      if (signal.aborted || error instanceof CanceledError) throw error;
      return `Its sync rules could not be looked at: ${describeError(error)}`;
    }
  }

  /** Says on the connector how it stands, where that is something new. One that somebody changed meanwhile is looked at anew in the next pass. */
  async #report(connector: StoredConnector, problem: string | undefined, signal: AbortSignal): Promise<void> {
    const { connectors, log } = this.#options;
    if (connector.state === "configured") this.#forgiven.set(connector.id, connector.lastSync.content.error);
    const standing =
      problem === undefined
        ? standingOf(connector, this.#forgiven.get(connector.id))
        : ({ state: "error", error: problem } as const);
    if (connector.state === standing.state && connector.error === standing.error) return;
    const result = await connectors.change(connector.id, standing, { revision: connector.revision, signal });
    if (typeof result === "string") return;
    const facts = { connector_id: connector.id, state: standing.state };
    if (standing.error === null) log.info("connector is ready", facts);
    else log.warn("connector needs attention", { ...facts, problem: standing.error });
  }
}

/** An error that a sync left stays until a sync succeeds, or somebody changes the configuration. */
function standingOf(
  { state, lastSync: { content } }: StoredConnector,
  forgiven: string | null | undefined,
): Required<Pick<ConnectorChange, "state" | "error">> {
  return state === "error" && content.error !== null && content.error !== forgiven
    ? { state: "error", error: content.error }
    : { state: "connected", error: null };
}
