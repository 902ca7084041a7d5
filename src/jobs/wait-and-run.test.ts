import { beforeEach, describe, expect, it } from "vitest";
import { JobFixture, lostAfterMs } from "../../test/support/job-fixture.ts";
import { newConnector, pendingJob } from "../../test/support/memory-stores.ts";
import { silentLogger } from "../core/logger.ts";
import type { RunResult } from "./job-runner.ts";
import type { NewJob } from "./job-store.ts";
import { waitAndRun } from "./wait-and-run.ts";

const { signal } = new AbortController();
const busy = {
  content: { status: "in_progress", error: null },
  access_control: { status: null, error: null },
} as const;

let fixture = new JobFixture();
let { clock, connectors, jobs, backend } = fixture;
let warnings: string[] = [];

beforeEach(() => {
  fixture = new JobFixture(newConnector("one"));
  ({ clock, connectors, jobs, backend } = fixture);
  warnings = [];
});

const asked = (id: string): NewJob => ({
  id,
  connectorId: "one",
  type: "full",
  trigger: "on_demand",
  at: 0,
});

function begin(job: NewJob): Promise<RunResult | undefined> {
  const log = { ...silentLogger, warn: (text: string) => void warnings.push(text) };
  const cleanup = fixture.newOrphanedJobCleanup(log);
  return waitAndRun(job, {
    connectors,
    jobs,
    clock,
    log,
    lostAfterMs,
    runner: fixture.newJobRunner({ log }),
    cleanup,
    signal,
  });
}

async function end(running: Promise<RunResult | undefined>): Promise<string | undefined> {
  await clock.advance(0);
  for (const run of backend.runs) run.end();
  return (await running)?.status;
}

describe("a requested sync", () => {
  it("runs at once if no other sync runs", async () => {
    expect(await end(begin(asked("mine")))).toBe("completed");
    expect(warnings).toEqual([]);
  });

  it("runs at once if only the connector changed at the same moment", async () => {
    const job = asked("mine");
    connectors.put(newConnector("one", { name: "renamed" }));

    expect(await end(begin(job))).toBe("completed");
    expect(warnings).toEqual([]);
  });

  it("runs once the other sync counts as dead, and logs that it waits", async () => {
    connectors.put(newConnector("one", { lastSync: busy }));
    jobs.put({ ...pendingJob(newConnector("one"), asked("killed")), status: "in_progress" });
    const running = begin(asked("mine"));

    await clock.advance(lostAfterMs - 1);
    const early = backend.runs.length;
    await clock.advance(10_000);

    expect(early).toBe(0);
    expect(await end(running)).toBe("completed");
    expect(jobs.read("killed")?.status).toBe("suspended");
    expect(warnings[0]).toMatch(/waiting for its heartbeat/);
  });

  it("runs if the connector is locked for a job that was never created", async () => {
    connectors.put(newConnector("one", { lastSync: busy }));
    const running = begin(asked("mine"));

    await clock.advance(lostAfterMs + 10_000);

    expect(await end(running)).toBe("completed");
  });

  it("gives up as soon as the other sync sends a heartbeat", async () => {
    connectors.put(newConnector("one", { lastSync: busy }));
    const other = { ...pendingJob(newConnector("one"), asked("other")), status: "in_progress" as const };
    jobs.put(other);
    const running = begin(asked("mine"));
    await clock.advance(2_000);
    jobs.put({ ...other, lastSeenAt: clock.now() });

    await clock.advance(4_000);

    expect(await running).toBeUndefined();
    expect([backend.runs.length, jobs.read("other")?.status]).toEqual([0, "in_progress"]);
  });
});
