import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JobFixture } from "../../test/support/job-fixture.ts";
import { newConnector } from "../../test/support/memory-stores.ts";
import { silentLogger } from "../core/logger.ts";
import { JobScheduler } from "./job-scheduler.ts";
import type { StoredConnector, StoredSchedule } from "../connector/stored-connector.ts";
import type { StoredJob } from "../jobs/job-store.ts";

const start = Date.parse("2026-03-01T12:00:00Z");
const { signal } = new AbortController();

/** Services that schedule the jobs of one connector. */
class Town extends JobFixture {
  now = start;
  readonly #schedulers = new Map<number, JobScheduler>();

  constructor(full: StoredSchedule | undefined, fields: Partial<StoredConnector> = {}) {
    const schedules = { full, incremental: undefined, access_control: undefined };
    super(newConnector("one", { schedules, ...fields }));
  }

  get connector(): StoredConnector {
    return this.readConnector();
  }

  get made(): StoredJob[] {
    return this.jobs.all();
  }

  set full(full: StoredSchedule) {
    this.connectors.put({ ...this.connector, schedules: { ...this.connector.schedules, full } });
  }

  /** One pass of a service over the connector; `connector` may be outdated. */
  pass(service = 0, connector = this.connector): Promise<void> {
    const scheduler = this.#schedulers.get(service) ?? this.newScheduler();
    this.#schedulers.set(service, scheduler);
    return scheduler.schedule(connector, { now: this.now, lastHeartbeat: connector.lastSeenAt }, signal);
  }

  /** Replaces a service by a new one without state. */
  restart(service: number): void {
    this.#schedulers.delete(service);
  }

  newScheduler(): JobScheduler {
    return new JobScheduler({
      connectors: this.connectors,
      jobs: this.jobs,
      log: silentLogger,
    });
  }

  /** Completes all pending jobs. */
  work(): void {
    for (const job of this.made) this.jobs.put({ ...job, status: "completed" });
  }
}

const minutely = { enabled: true, expression: "0 * * * * ?" };
const never = { incremental: undefined, access_control: undefined };

describe("jobs by schedule", () => {
  it("are created once for each due time, and once for all missed ones, with any services at any time", async () => {
    const service = fc.integer({ min: 0, max: 2 });
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ wait: fc.integer({ min: 0, max: 400_000 }) }) },
      { weight: 4, arbitrary: fc.record({ pass: fc.uniqueArray(service, { minLength: 1 }), stale: fc.boolean() }) },
      { weight: 1, arbitrary: fc.record({ restart: service }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.scheduler(), async (steps, scheduler) => {
        const town = new Town(minutely, { lastScheduledAt: { full: start, ...never } });
        let old = town.connector;
        let [madeUpTo, expected] = [start, 0];
        for (const one of steps) {
          if ("wait" in one) town.now += one.wait;
          if ("restart" in one) town.restart(one.restart);
          if (!("pass" in one)) continue;
          const seen = one.stale ? old : town.connector;
          old = town.connector;
          const interleave = (): Promise<void> => scheduler.schedule(Promise.resolve());
          town.connectors.before = interleave;
          town.jobs.before = interleave;
          await scheduler.waitFor(Promise.all(one.pass.map((service) => town.pass(service, seen))));
          const due = Math.floor(town.now / 60_000) * 60_000;
          if (due > madeUpTo) expected++;
          madeUpTo = due;

          expect(town.made).toHaveLength(expected);
          town.work();
        }
      }),
      { numRuns: 60 },
    );
  });

  it("begin with the first due time after the schedule was created", async () => {
    const town = new Town(minutely);

    await town.pass();
    const atOnce = town.made.length;
    town.now += 60_000;
    await town.pass();

    expect(atOnce).toBe(0);
    expect(town.made).toMatchObject([{ type: "full", trigger: "scheduled", status: "pending" }]);
    expect(town.connector.lastScheduledAt.full).toBe(start + 60_000);
  });

  it("catch up on runs that were missed while no service ran, even for a schedule that was never due before", async () => {
    const town = new Town(minutely, { lastSeenAt: start - 600_000 });

    await town.pass();
    await town.pass(1);

    expect(town.made).toHaveLength(1);
    expect(town.connector.lastScheduledAt.full).toBe(start);
  });

  it("continue if a wrong clock stored a last time that lies ahead", async () => {
    const town = new Town(minutely, { lastScheduledAt: { full: start + 86_400_000, ...never } });
    await town.pass();

    town.now += 60_000;
    await town.pass();

    expect(town.made).toHaveLength(1);
    expect(town.connector.lastScheduledAt.full).toBe(start + 60_000);
  });

  it("follow a changed schedule from the time of the change", async () => {
    const town = new Town({ enabled: true, expression: "0 0 0 1 1 ?" }, { lastScheduledAt: { full: 0, ...never } });
    await town.pass();
    town.work();
    const before = town.made.length;

    town.now += 90_000;
    town.full = minutely;
    await town.pass();
    const atOnce = town.made.length;
    town.now += 60_000;
    await town.pass();

    expect([before, atOnce, town.made.length]).toEqual([1, 1, 2]);
  });

  it("are not created while the schedule is off, nor later for that time", async () => {
    const town = new Town({ ...minutely, enabled: false }, { lastScheduledAt: { full: 0, ...never } });
    await town.pass();
    town.now += 3_600_000;
    await town.pass();

    town.full = minutely;
    await town.pass();
    const atOnce = town.made.length;
    town.now += 60_000;
    await town.pass();

    expect([atOnce, town.made.length]).toEqual([0, 1]);
  });

  it("are skipped while a job of the same type is pending, without a later catch-up", async () => {
    const town = new Town(minutely, { lastScheduledAt: { full: start, ...never } });
    town.now += 60_000;
    await town.pass();

    town.now += 60_000;
    await town.pass();
    const whileWaiting = town.made.length;
    town.work();
    await town.pass();

    expect([whileWaiting, town.made.length]).toEqual([1, 1]);
    expect(town.connector.lastScheduledAt.full).toBe(town.now);
  });

  it("are created for each type separately, and for no type that cannot be scheduled", async () => {
    const town = new Town(minutely, {
      schedules: { full: minutely, incremental: minutely, access_control: minutely },
      lastScheduledAt: { full: start, incremental: start, access_control: start },
    });

    town.now += 60_000;
    await town.pass();

    expect(town.made.map(({ type }) => type).sort()).toEqual(["full", "incremental"]);
  });
});

describe("an access control job by expiry", () => {
  const yearly = { enabled: true, expression: "0 0 0 1 1 ?" };

  function townWith(schedule: StoredSchedule, fields: Partial<StoredConnector> = {}): Town {
    return new Town(undefined, {
      schedules: { full: undefined, incremental: undefined, access_control: schedule },
      configuration: { use_document_level_security: true },
      lastSeenAt: start,
      permissionsExpireAt: start + 60_000,
      ...fields,
    });
  }

  it("is created once when a permission expires", async () => {
    const town = townWith(yearly);
    await town.pass();
    town.now += 59_999;
    await town.pass();
    const early = town.made.length;

    for (let pass = 0; pass < 3; pass++) {
      town.now += 30_000;
      await town.pass(pass);
      town.work();
    }

    expect(early).toBe(0);
    expect(town.made).toMatchObject([{ type: "access_control", trigger: "scheduled" }]);
    expect(town.connector.lastScheduledAt.access_control).toBe(start + 60_000);
  });

  it("is created after an expiry while no service ran", async () => {
    const town = townWith(yearly);

    town.now += 3_600_000;
    await town.pass();

    expect(town.made).toHaveLength(1);
  });

  it("is the job of the schedule if both are due", async () => {
    const town = townWith(minutely, { permissionsExpireAt: start + 90_000 });
    await town.pass();

    town.now += 130_000;
    await town.pass();
    town.work();
    await town.pass(1);

    expect(town.made).toHaveLength(1);
    expect(town.connector.lastScheduledAt.access_control).toBe(start + 120_000);
  });

  it("is not created while the schedule is off", async () => {
    const town = townWith({ ...yearly, enabled: false });

    town.now += 90_000;
    await town.pass();

    expect(town.made).toEqual([]);
  });
});

describe("an invalid schedule", () => {
  it("is reported with its type, unless it is off", () => {
    const scheduler = new Town(undefined).newScheduler();
    const broken = { enabled: true, expression: "every day" };
    const schedules = { full: { ...broken, enabled: false }, incremental: broken, access_control: broken };

    const problems = scheduler.problems(newConnector("one", { schedules }));

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(
      /^Its schedule for incremental syncs is invalid: "every day" is not a Quartz expression/,
    );
  });
});
