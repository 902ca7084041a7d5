import { createHash } from "node:crypto";
import { capabilities, jobTypes, type JobType } from "../connector/capabilities.ts";
import type { ConnectorStore, StoredConnector } from "../connector/stored-connector.ts";
import { describeError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { JobStore } from "../jobs/job-store.ts";
import { lastDueMoment, Schedule } from "../schedule/schedule.ts";

export interface JobSchedulerOptions {
  connectors: ConnectorStore;
  jobs: JobStore;
  log: Logger;
}

interface Times {
  now: number;
  /** The last heartbeat of any service before this process: a schedule without a previous run may have existed since then. */
  lastHeartbeat: number | undefined;
}

/** When a permission expired that identities rest on. Its user loses access at that moment, so an access control sync is due ahead of the schedule. */
function dueExpiry(
  { permissionsExpireAt }: StoredConnector,
  { from, now }: { from: number; now: number },
): number | undefined {
  if (permissionsExpireAt === undefined || permissionsExpireAt <= from || permissionsExpireAt > now) return undefined;
  return permissionsExpireAt;
}

interface FollowedSchedule {
  /** Undefined for a disabled schedule. */
  expression: string | undefined;
  /** Moments up to this one are done. */
  from: number;
}

/**
 * Creates the jobs of schedules. Several services may do so at once: the job of a moment has the same id in all of them, so it is created once.
 * Missed runs are collapsed into one catch-up sync.
 */
export class JobScheduler {
  readonly #options: JobSchedulerOptions;
  readonly #followed = new Map<string, FollowedSchedule>();

  constructor(options: JobSchedulerOptions) {
    this.#options = options;
  }

  /** The problems of a connector's schedules, as sentences. */
  problems(connector: StoredConnector): string[] {
    return this.#enabled(connector).flatMap(({ type, expression }) => {
      try {
        Schedule.parse(expression);
        return [];
      } catch (error) {
        return [`Its schedule for ${type.replace("_", " ")} syncs is invalid: ${describeError(error)}`];
      }
    });
  }

  /** Creates the due jobs of a connector whose schedules have no problems. */
  async schedule(connector: StoredConnector, { now, lastHeartbeat }: Times, signal: AbortSignal): Promise<void> {
    const enabled = this.#enabled(connector);
    // A disabled schedule has no moments; enabled again, it starts at that moment.
    for (const type of jobTypes)
      if (!enabled.some((schedule) => schedule.type === type))
        this.#followed.set(`${connector.id} ${type}`, { expression: undefined, from: now });
    for (const { type, expression } of enabled) {
      const followed = this.#follow(connector, { type, expression, now, lastHeartbeat });
      const moment = lastDueMoment(Schedule.parse(expression), { from: followed.from, now });
      const expiry = type === "access_control" ? dueExpiry(connector, { from: followed.from, now }) : undefined;
      if (moment === undefined && expiry === undefined) continue;
      const due = Math.max(moment ?? 0, expiry ?? 0);
      await this.#createJob(connector, { type, due, now, signal });
      followed.from = due;
    }
  }

  #enabled({ schedules, configuration }: StoredConnector): { type: JobType; expression: string }[] {
    // As in Kibana, the schedule of access control syncs counts only with document-level security.
    const isSecured = configuration["use_document_level_security"] === true;
    return jobTypes.flatMap((type) => {
      const schedule = schedules[type];
      const applies = capabilities.jobs[type].available && (type !== "access_control" || isSecured);
      return schedule?.enabled === true && applies ? [{ type, expression: schedule.expression }] : [];
    });
  }

  /** A new or changed schedule starts now; one that existed before this process continues where it was. */
  #follow(
    connector: StoredConnector,
    { type, expression, now, lastHeartbeat }: { type: JobType; expression: string } & Times,
  ): FollowedSchedule {
    const key = `${connector.id} ${type}`;
    const stored = connector.lastScheduledAt[type];
    // A clock that was wrong, or another service's, may have stored a time ahead; it must not silence the schedule until then.
    const last = stored !== undefined && stored <= now ? stored : undefined;
    let followed = this.#followed.get(key);
    if (!followed) followed = { expression, from: Math.min(last ?? lastHeartbeat ?? now, now) };
    else if (followed.expression !== expression) followed = { expression, from: now };
    else if (last !== undefined && last > followed.from) followed = { expression, from: last };
    this.#followed.set(key, followed);
    return followed;
  }

  async #createJob(
    connector: StoredConnector,
    { type, due, now, signal }: { type: JobType; due: number; now: number; signal: AbortSignal },
  ): Promise<void> {
    const { connectors, jobs, log } = this.#options;
    // The schedule may have been changed since the connector was read.
    const current = await connectors.get(connector.id, signal);
    const schedule = current?.schedules[type];
    if (schedule?.enabled !== true || schedule.expression !== connector.schedules[type]?.expression) return;
    const waiting = await jobs.list({ statuses: ["pending", "suspended"], connectorIds: [connector.id] }, signal);
    const facts = { connector_id: connector.id, type, due: new Date(due).toISOString() };
    if (waiting.some((job) => job.type === type)) {
      log.info("scheduled sync skipped: a sync of the same type is waiting", facts);
    } else {
      const id = createHash("sha256").update(`${connector.id}\n${type}\n${due}`).digest("base64url").slice(0, 20);
      const job = { id, connectorId: connector.id, type, trigger: "scheduled", at: now } as const;
      if ((await jobs.create(job, signal)) === "created") log.info("scheduled sync created", { ...facts, job_id: id });
    }
    // A second service finds the moment recorded.
    await connectors.change(connector.id, { lastScheduledAt: { type, at: due } }, { signal });
  }
}
