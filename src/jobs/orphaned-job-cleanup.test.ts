import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { JobFixture, lostAfterMs } from "../../test/support/job-fixture.ts";
import { newConnector, pendingJob } from "../../test/support/memory-stores.ts";
import { CanceledError } from "../core/errors.ts";
import { silentLogger } from "../core/logger.ts";
import type { JobStatus } from "../connector/stored-connector.ts";
import { mostLostWorkers, type OrphanedJobCleanup } from "./orphaned-job-cleanup.ts";
import type { StoredConnector } from "../connector/stored-connector.ts";
import type { StoredJob } from "./job-store.ts";

const { signal } = new AbortController();
const busy = {
  content: { status: "in_progress", error: "of before" },
  access_control: { status: null, error: null },
} as const;

let fixture = new JobFixture();
let { clock, connectors, jobs } = fixture;
let cleanup: OrphanedJobCleanup;

function setUp(): void {
  fixture = new JobFixture(newConnector("one", { lastSync: busy }));
  ({ clock, connectors, jobs } = fixture);
  cleanup = fixture.newOrphanedJobCleanup();
}

beforeEach(setUp);

function put(id: string, status: JobStatus, change: Partial<StoredJob> = {}): void {
  const asked = pendingJob(newConnector("one"), { id });
  jobs.put({ ...asked, status, ...change });
}

const statusOf = (id: string): JobStatus | undefined => jobs.read(id)?.status;
const lastSync = (): StoredConnector["lastSync"]["content"] | undefined => connectors.read("one")?.lastSync.content;
const look = (): Promise<void> => cleanup.run(connectors.all(), signal);

describe("a running job", () => {
  it("is released if it has not changed for too long by this process's clock, and never while it changes", async () => {
    const step = fc.record({
      ms: fc.integer({ min: 0, max: 50_000 }),
      changes: fc.boolean(),
      // The time of the worker's clock; any value is possible.
      says: fc.integer({ min: -1e10, max: 4e12 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        setUp();
        put("j", "in_progress");
        await look();
        let changedAt = clock.now();
        for (const { ms, changes, says } of steps) {
          await clock.advance(ms);
          if (changes) put("j", "in_progress", { lastSeenAt: says, startedAt: says });
          await look();
          if (changes) changedAt = clock.now();
          const lost = clock.now() - changedAt >= lostAfterMs;
          expect(statusOf("j")).toBe(lost ? "suspended" : "in_progress");
          if (lost) return;
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ["in_progress", "suspended"],
    ["canceling", "canceled"],
  ] as const)("changes from %s to %s if it has lost its worker, and releases the sync lock", async (from, to) => {
    put("j", from);

    await look();
    await clock.advance(lostAfterMs);
    await look();

    expect(statusOf("j")).toBe(to);
    expect(lastSync()).toEqual({ status: to, error: "of before" });
    expect(jobs.read("j")?.completedAt).toBe(to === "canceled" ? clock.now() : undefined);
  });

  it("that loses every worker ends in an error after some, which its connector shows", async () => {
    put("j", "in_progress");
    const statuses: (JobStatus | undefined)[] = [];
    for (let lost = 1; lost <= mostLostWorkers; lost++) {
      jobs.put({ ...fixture.readJob("j"), status: "in_progress" });
      connectors.put({ ...fixture.readConnector(), lastSync: busy });
      await look();
      await clock.advance(lostAfterMs);
      await look();
      statuses.push(statusOf("j"));
    }

    const error = expect.stringMatching(/^5 workers of the job stopped without a word/) as string;
    expect(statuses).toEqual(["suspended", "suspended", "suspended", "suspended", "error"]);
    expect(fixture.readJob("j")).toMatchObject({ error, metadata: { lost_workers: 5 } });
    expect(fixture.readConnector()).toMatchObject({ status: "error", error });
    expect(lastSync()).toEqual({ status: "error", error });
  });

  it("is left alone if it changes at the moment of its release", async () => {
    put("j", "in_progress");
    await look();
    await clock.advance(lostAfterMs);
    jobs.before = (operation) => {
      if (operation === "change the job j") put("j", "in_progress", { lastSeenAt: 5 });
    };

    await look();

    expect(statusOf("j")).toBe("in_progress");
    expect(lastSync()?.status).toBe("in_progress");
  });

  it("is ignored if its connector has another service type", async () => {
    connectors.put(newConnector("other", { serviceType: "sharepoint" }));
    const snapshot = pendingJob(newConnector("other", { serviceType: "sharepoint" }), { id: "j" }).snapshot;
    put("j", "in_progress", { snapshot });
    put("gone", "in_progress", { snapshot: snapshot && { ...snapshot, connectorId: "nobody" } });

    await cleanup.run([newConnector("one")], signal);
    await clock.advance(lostAfterMs);
    await cleanup.run([newConnector("one")], signal);

    expect([statusOf("j"), statusOf("gone")]).toEqual(["in_progress", "in_progress"]);
  });

  it("is freed, too, when its snapshot does not say of which kind its connector is, and the connector is ours", async () => {
    const { snapshot } = pendingJob(newConnector("one", { serviceType: null }), { id: "j" });
    put("j", "in_progress", { snapshot });

    await look();
    await clock.advance(lostAfterMs);
    await look();

    expect(statusOf("j")).toBe("suspended");
  });
});

describe("a job that cannot be changed", () => {
  it("does not stop the release of others, is logged, and is released later", async () => {
    const complaints: unknown[] = [];
    cleanup = fixture.newOrphanedJobCleanup({ ...silentLogger, error: (_, fields) => complaints.push(fields) });
    connectors.put(newConnector("two", { lastSync: busy }));
    put("bad", "in_progress", { createdAt: 1 });
    put("good", "in_progress", { type: "access_control", createdAt: 2 });
    await look();
    await clock.advance(lostAfterMs);
    jobs.before = (operation) => {
      if (operation === "change the job bad") throw new Error("The document cannot be parsed.");
    };

    await look();
    const during = [statusOf("bad"), statusOf("good"), connectors.read("two")?.lastSync.content.status];
    jobs.before = () => undefined;
    await look();

    expect(during).toEqual(["in_progress", "suspended", "suspended"]);
    expect(complaints).toEqual([{ job_id: "bad", connector_id: "one", reason: "The document cannot be parsed." }]);
    expect(statusOf("bad")).toBe("suspended");
  });

  it("keeps its deadline if its connector cannot be read for a moment", async () => {
    put("j", "in_progress");
    await look();
    await clock.advance(lostAfterMs);
    connectors.before = (operation) => {
      if (operation === "get the connector one") throw new Error("Not now.");
    };
    await look();
    const during = statusOf("j");
    connectors.before = () => undefined;

    await look();

    expect([during, statusOf("j")]).toEqual(["in_progress", "suspended"]);
  });

  it("ends the pass when the service is asked to stop", async () => {
    put("j", "in_progress");
    connectors.before = () => {
      throw new CanceledError("Stopped.");
    };

    await expect(look()).rejects.toThrow(CanceledError);
  });
});

describe("a job without a connector", () => {
  it.each(["pending", "suspended", "in_progress", "canceling"] as const)(
    "ends in an error that says so when the connector is gone (%s)",
    async (status) => {
      put("j", status);
      connectors.remove("one");

      await look();

      expect(jobs.read("j")).toMatchObject({
        status: "error",
        error: "The connector of the job no longer exists.",
        completedAt: clock.now(),
      });
    },
  );

  it("ends in an error that says so if it names none", async () => {
    put("j", "pending", { snapshot: undefined });

    await look();

    expect(jobs.read("j")).toMatchObject({ status: "error", error: "The job names no connector." });
  });
});

describe("a connector that is locked by a sync", () => {
  it("is released if no sync has run for too long, and keeps the error of the last one", async () => {
    await look();
    await clock.advance(lostAfterMs - 1);
    await look();
    const early = lastSync()?.status;
    await clock.advance(1);
    await look();

    expect(early).toBe("in_progress");
    expect(lastSync()).toEqual({ status: "suspended", error: "of before" });
  });

  it("stays locked while a sync runs", async () => {
    for (let seconds = 0; seconds < 300; seconds += 20) {
      put("j", "in_progress", { lastSeenAt: seconds });
      await look();
      await clock.advance(20_000);
    }

    expect(lastSync()?.status).toBe("in_progress");
  });

  it("is released from a content sync even while an access control sync runs", async () => {
    for (let seconds = 0; seconds <= 60; seconds += 20) {
      put("j", "in_progress", { type: "access_control", lastSeenAt: seconds });
      await look();
      await clock.advance(20_000);
    }

    expect(lastSync()?.status).toBe("suspended");
  });
});
