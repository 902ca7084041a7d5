import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { JobFixture, leaseMs, jobHeartbeatMs } from "../../test/support/job-fixture.ts";
import { newConnector } from "../../test/support/memory-stores.ts";
import { RunFailure, type MemoryBackend } from "../../test/support/memory-backend.ts";
import { settle } from "../../test/support/test-clock.ts";
import type { JobRunner, RunResult } from "./job-runner.ts";
import type { StoredConnector } from "../connector/stored-connector.ts";
import type { StoredJob } from "./job-store.ts";

const { signal } = new AbortController();

let fixture = new JobFixture();
let { clock, connectors, jobs, backend } = fixture;

function setUp(...ids: string[]): void {
  fixture = new JobFixture(...ids.map((id) => newConnector(id)));
  ({ clock, connectors, jobs, backend } = fixture);
}

beforeEach(() => setUp("one"));

const newWorker = (): JobRunner => fixture.newJobRunner();
const ask: JobFixture["ask"] = (id, options) => fixture.ask(id, options);
const job = (id: string): StoredJob => fixture.readJob(id);
const connector = (id?: string): StoredConnector => fixture.readConnector(id);

/** Takes a job up and lets it run in the background. */
async function begin(id: string, worker = newWorker(), stop: AbortSignal = signal): Promise<Promise<RunResult>[]> {
  const run = await worker.claim(job(id), stop);
  const running = run ? [run()] : [];
  await settle();
  return running;
}

/** As a person in Kibana does. */
function cancel(id: string): void {
  jobs.put({ ...job(id), status: "canceling" });
}

describe("a job", () => {
  it("is run by one of two workers that claim it, and ends with the counts of its sync", async () => {
    const asked = ask("j");

    const takes = await Promise.all([newWorker().claim(asked, signal), newWorker().claim(asked, signal)]);
    const [run, ...others] = takes.filter((taken) => taken !== undefined);
    const running = run?.();
    await settle();
    backend.runs[0]?.progress("Account", { ...zeros, written: 5, deleted: 2 });
    backend.runs[0]?.end();
    const result = await running;

    expect(others).toEqual([]);
    expect(backend.runs).toHaveLength(1);
    expect(result).toMatchObject({ status: "completed", error: null });
    expect(job("j")).toMatchObject({ status: "completed", indexed: 5, deleted: 2, total: 7, error: null });
    expect(connector()).toMatchObject({
      status: "connected",
      lastSync: { content: { status: "completed", error: null } },
    });
  });

  it("runs once, and alone for its connector, in any interleaving of workers", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        setUp("one", "two");
        const asked = ["a", "b", "c", "d"].map((id, position) =>
          ask(id, { connectorId: position < 3 ? "one" : "two" }),
        );
        const step = (): Promise<void> => scheduler.schedule(Promise.resolve());
        connectors.before = step;
        jobs.before = step;
        const workers = [newWorker(), newWorker(), newWorker()];

        const takes = workers.flatMap((worker) => asked.map((wanted) => worker.claim(wanted, signal)));
        const taken = await scheduler.waitFor(Promise.all(takes));

        const ids = taken.flatMap((run, position) => (run ? [asked[position % asked.length]?.id] : []));
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.filter((id) => id !== "d").length).toBeLessThanOrEqual(1);
        const running = jobs.all().filter(({ status }) => status === "in_progress");
        expect(running.map(({ id }) => id).sort()).toEqual([...ids].sort());
        for (const id of ["one", "two"]) {
          const busy = running.some(({ snapshot }) => snapshot?.connectorId === id);
          expect(connector(id).lastSync.content.status === "in_progress").toBe(busy);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("waits for a job of the other group of its connector, since both write documents", async () => {
    ask("content");
    ask("access", { type: "access_control" });

    const first = [...(await begin("content")), ...(await begin("access"))];
    for (const run of backend.runs) run.end();
    await Promise.all(first);
    const second = await begin("access");
    for (const run of backend.runs) run.end();
    await Promise.all(second);

    expect(first).toHaveLength(1);
    expect(second).toHaveLength(1);
    expect(connector().lastSync).toMatchObject({
      content: { status: "completed" },
      access_control: { status: "completed" },
    });
  });

  it("that is canceled at the same moment releases the sync lock, even if its connector changed meanwhile", async () => {
    const asked = ask("j");
    connectors.put({
      ...connector(),
      lastSync: { ...connector().lastSync, content: { status: "error", error: "before" } },
    });
    jobs.put({ ...asked, status: "canceled" });
    jobs.before = (operation) => {
      if (operation === "change the job j") connectors.put({ ...connector(), lastSeenAt: 1 });
    };

    const run = await newWorker().claim(asked, signal);

    expect(run).toBeUndefined();
    expect(job("j").status).toBe("canceled");
    expect(connector()).toMatchObject({ lastSeenAt: 1, lastSync: { content: { status: "error", error: "before" } } });
  });

  it("that cannot be claimed because the store fails releases the sync lock", async () => {
    const asked = ask("j");
    jobs.before = (operation) => {
      if (operation.startsWith("change")) throw new RunFailure("The store is down.");
    };

    const taking = newWorker().claim(asked, signal);

    await expect(taking).rejects.toThrow("The store is down.");
    expect(connector().lastSync.content.status).toBeNull();
  });

  it("does not start while another job of its connector ends, even if all were canceled", async () => {
    ask("old");
    const [old] = await begin("old");
    cancel("old");
    connectors.put({
      ...connector(),
      lastSync: { ...connector().lastSync, content: { status: "canceled", error: null } },
    });
    ask("new");

    const early = await begin("new");
    await clock.advance(jobHeartbeatMs);
    await old;
    const late = await begin("new");

    expect(early).toEqual([]);
    expect(job("old").status).toBe("canceled");
    expect(late).toHaveLength(1);
    backend.runs.at(-1)?.end();
    await Promise.all(late);
  });
});

describe("a running job", () => {
  it("writes its counts every few seconds", async () => {
    ask("j");
    const running = await begin("j");

    backend.runs[0]?.progress("Account", { ...zeros, written: 3 });
    await clock.advance(jobHeartbeatMs);
    const first = job("j");
    await clock.advance(10 * jobHeartbeatMs);

    expect(first).toMatchObject({ status: "in_progress", indexed: 3, lastSeenAt: clock.now() - 10 * jobHeartbeatMs });
    expect(job("j").lastSeenAt).toBe(clock.now());
    backend.runs[0]?.end();
    await Promise.all(running);
  });

  it("is canceled within one heartbeat after the request", async () => {
    ask("j");
    const running = await begin("j");

    cancel("j");
    await clock.advance(jobHeartbeatMs);
    const [result] = await Promise.all(running);

    expect(result?.status).toBe("canceled");
    expect(job("j")).toMatchObject({ status: "canceled", error: null, completedAt: clock.now() });
    expect(connector().lastSync.content.status).toBe("canceled");
  });

  it("is canceled if it finishes before it reads the request", async () => {
    ask("j");
    const running = await begin("j");

    cancel("j");
    backend.runs[0]?.end();
    await Promise.all(running);

    expect(job("j").status).toBe("canceled");
  });

  it("is suspended when the process is told to stop", async () => {
    ask("j");
    const stop = new AbortController();
    const running = await begin("j", newWorker(), stop.signal);

    stop.abort();
    await Promise.all(running);

    expect(job("j")).toMatchObject({ status: "suspended", error: null, completedAt: undefined });
    expect(connector().lastSync.content.status).toBe("suspended");
  });

  it("ends in an error when its connector is deleted", async () => {
    ask("j");
    const running = await begin("j");

    connectors.remove("one");
    await clock.advance(jobHeartbeatMs);
    await Promise.all(running);

    expect(job("j")).toMatchObject({ status: "error", error: "The connector was deleted while the job ran." });
  });

  it("ends with the error of its sync, which its connector keeps until a sync succeeds", async () => {
    const errors: unknown[] = [];
    const note = (): void =>
      void errors.push([connector().status, connector().error, connector().lastSync.content.error]);
    const ends: ((run: MemoryBackend["runs"][number]) => void)[] = [
      (run) => run.end("Lead could not be read."),
      () => cancel("j1"),
      (run) => run.fail(new RunFailure("No index is attached.")),
      (run) => run.end(),
    ];

    for (const [position, end] of ends.entries()) {
      ask(`j${position}`);
      const running = await begin(`j${position}`);
      const [run] = backend.runs.slice(-1);
      note();
      if (run) end(run);
      await clock.advance(jobHeartbeatMs);
      await Promise.all(running);
    }
    note();

    const first = ["error", "Lead could not be read.", "Lead could not be read."];
    const third = ["error", "No index is attached.", "No index is attached."];
    expect(errors).toEqual([["connected", null, null], first, first, third, ["connected", null, null]]);
  });

  it("is stopped if its worker cannot write to it during its whole lease, and suspended if it is still the worker's", async () => {
    ask("j");
    const running = await begin("j");
    // It is back when the run is stopped.
    jobs.before = () => {
      if (backend.runs[0]?.signal.aborted !== true) throw new RunFailure("The store is down.");
    };
    // The store is back when the run has stopped.
    backend.runs[0]?.signal.addEventListener("abort", () => (jobs.before = () => undefined));

    await clock.advance(leaseMs - jobHeartbeatMs);
    const early = backend.runs[0]?.signal.aborted;
    await clock.advance(3 * jobHeartbeatMs);
    const [result] = await Promise.all(running);

    expect(early).toBe(false);
    expect(backend.runs[0]?.signal.aborted).toBe(true);
    expect(result).toMatchObject({
      status: "suspended",
      error: expect.stringMatching(/^The sync was stopped: its heartbeat could not be written for 40 s/) as string,
    });
    expect(connector().lastSync.content.status).toBe("suspended");
  });

  it("continues if the store is back before its lease ends", async () => {
    ask("j");
    const running = await begin("j");
    jobs.before = () => {
      throw new RunFailure("The store is down.");
    };

    await clock.advance(leaseMs - jobHeartbeatMs);
    jobs.before = () => undefined;
    await clock.advance(leaseMs);
    backend.runs[0]?.end();
    await Promise.all(running);

    expect(job("j").status).toBe("completed");
  });

  it.each([
    ["took it over", { startedAt: 1, metadata: { worker: "another" } }, "Another worker has taken the job over."],
    ["released it", { status: "suspended" }, "Another process ended or released the job while it ran."],
    ["ended it", { status: "canceled" }, "Another process ended or released the job while it ran."],
  ] as const)("is stopped without further writes when another worker %s, and says so", async (_, change, words) => {
    ask("j");
    const running = await begin("j");

    jobs.put({ ...job("j"), ...change });
    const before = { job: job("j"), connector: connector() };
    await clock.advance(jobHeartbeatMs);
    const [result] = await Promise.all(running);

    expect(result).toMatchObject({ status: "lost", error: words });
    expect({ job: job("j"), connector: connector() }).toEqual(before);
  });

  it("whose document is deleted is stopped, and releases the sync lock", async () => {
    ask("j");
    const running = await begin("j");

    jobs.remove("j");
    await clock.advance(jobHeartbeatMs);
    const [result] = await Promise.all(running);

    expect(result).toMatchObject({ status: "lost", error: "The job was deleted while it ran." });
    expect(jobs.all()).toEqual([]);
    expect(connector().lastSync.content).toEqual({ status: null, error: null });
  });
});

const zeros = { source: 0, extracted: 0, written: 0, unchanged: 0, filtered: 0, refused: 0, deleted: 0 };
