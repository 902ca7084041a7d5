import { createHash } from "node:crypto";
import { describeError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import { lastDueMoment } from "../schedule/due-moment.ts";
import { jobTypes, type ConnectorStore, type JobStore, type JobType, type StoredConnector } from "../jobs/ports.ts";
import { Schedule } from "../schedule/schedule.ts";

/** What making jobs by schedule needs. */
export interface JobSchedulerOptions {
  connectors: ConnectorStore;
  jobs: JobStore;
  /** The types of sync that can be scheduled. */
  types: readonly JobType[];
  log: Logger;
}

/** When a pass is. */
interface Times {
  now: number;
  /** When a service looked after the connector before this process did, if ever: a schedule that was never due may have been there since. */
  seenBefore: number | undefined;
}

interface KnownSchedule {
  /** Undefined for a schedule that is off. */
  expression: string | undefined;
  /** Moments up to this one are done with, or were never meant. */
  from: number;
}

/**
 * Makes the jobs that schedules ask for. Several services may do so at once: a moment's job has the same id whoever makes it, so it is made
 * once. What was missed while no service ran is made up by one job.
 */
export class JobScheduler {
  readonly #options: JobSchedulerOptions;
  readonly #known = new Map<string, KnownSchedule>();

  constructor(options: JobSchedulerOptions) {
    this.#options = options;
  }

  /** What is wrong with a connector's schedules, each a sentence. */
  problems(connector: StoredConnector): string[] {
    return this.#enabled(connector).flatMap(({ type, expression }) => {
      try {
        Schedule.parse(expression);
        return [];
      } catch (error) {
        return [`Its schedule of ${type.replace("_", " ")} syncs cannot be used: ${describeError(error)}`];
      }
    });
  }

  /** Makes the jobs that are due. The connector's schedules have no problems. */
  async schedule(connector: StoredConnector, { now, seenBefore }: Times, signal: AbortSignal): Promise<void> {
    const enabled = this.#enabled(connector);
    // One that is off has no moments, whatever it was before; switched on again, it begins at that moment.
    for (const type of jobTypes)
      if (!enabled.some((schedule) => schedule.type === type))
        this.#known.set(`${connector.id} ${type}`, { expression: undefined, from: now });
    for (const { type, expression } of enabled) {
      const known = this.#follow(connector, { type, expression, now, seenBefore });
      const due = lastDueMoment(Schedule.parse(expression), { from: known.from, now });
      if (due === undefined) continue;
      await this.#make(connector, { type, due, now, signal });
      known.from = due;
    }
  }

  #enabled({ schedules }: StoredConnector): { type: JobType; expression: string }[] {
    return jobTypes.flatMap((type) => {
      const schedule = schedules[type];
      return schedule?.enabled === true && this.#options.types.includes(type)
        ? [{ type, expression: schedule.expression }]
        : [];
    });
  }

  /** A schedule that somebody has just made or changed begins now; one that was there before this process goes on where it was. */
  #follow(
    connector: StoredConnector,
    { type, expression, now, seenBefore }: { type: JobType; expression: string } & Times,
  ): KnownSchedule {
    const key = `${connector.id} ${type}`;
    const last = connector.lastScheduledAt[type];
    let known = this.#known.get(key);
    if (!known) known = { expression, from: last ?? seenBefore ?? now };
    else if (known.expression !== expression) known = { expression, from: now };
    else if (last !== undefined && last > known.from) known = { expression, from: last };
    this.#known.set(key, known);
    return known;
  }

  async #make(
    connector: StoredConnector,
    { type, due, now, signal }: { type: JobType; due: number; now: number; signal: AbortSignal },
  ): Promise<void> {
    const { connectors, jobs, log } = this.#options;
    // Between the look at the connector and now somebody may have changed its configuration, its rules or this very schedule.
    const current = await connectors.get(connector.id, signal);
    const schedule = current?.schedules[type];
    if (!current || schedule?.enabled !== true || schedule.expression !== connector.schedules[type]?.expression) return;
    const waiting = await jobs.list({ statuses: ["pending", "suspended"], connectorIds: [connector.id] }, signal);
    const facts = { connector_id: connector.id, type, due: new Date(due).toISOString() };
    if (waiting.some((job) => job.type === type)) {
      log.info("scheduled sync is left out, because one of its kind still waits", facts);
    } else {
      const id = createHash("sha256").update(`${connector.id}\n${type}\n${due}`).digest("base64url").slice(0, 20);
      const made = await jobs.create({ id, connector: current, type, trigger: "scheduled", at: now }, signal);
      if (made) log.info("scheduled sync is due", { ...facts, job_id: id });
    }
    // Whoever comes second finds the moment noted; that it was noted meanwhile is no failure.
    await connectors.change(connector.id, { lastScheduledAt: { type, at: due } }, { signal });
  }
}
