import { beforeEach, describe, expect, it } from "vitest";
import { JobFixture } from "../../test/support/job-fixture.ts";
import { newConnector } from "../../test/support/memory-stores.ts";
import { settle } from "../../test/support/test-clock.ts";
import { silentLogger } from "../core/logger.ts";
import type { JobType } from "../connector/capabilities.ts";
import { Worker } from "./worker.ts";

const { signal } = new AbortController();

let fixture = new JobFixture();
let { clock, connectors, jobs, backend } = fixture;

beforeEach(() => {
  fixture = new JobFixture(newConnector("one"), newConnector("two"), newConnector("three"));
  ({ clock, connectors, jobs, backend } = fixture);
});

function newWorker(
  concurrency: { content: number; access_control: number } = { content: 1, access_control: 1 },
): Worker {
  return new Worker({ jobs, runner: fixture.newJobRunner(), log: silentLogger, concurrency });
}

/** Asks for a job; each is younger than those before it. */
async function ask(id: string, connectorId: string, type: JobType = "full"): Promise<void> {
  await clock.advance(1000);
  fixture.ask(id, { connectorId, type });
}

async function poll(worker: Worker): Promise<void> {
  await worker.poll(connectors.all(), signal);
  await settle();
}

const begun = (): string[] => backend.runs.map(({ job }) => job.id);

describe("a worker", () => {
  it("starts jobs up to the limit of each group, the oldest first", async () => {
    await ask("a", "one");
    await ask("b", "two");
    await ask("c", "three");
    await ask("d", "three", "access_control");
    const worker = newWorker({ content: 2, access_control: 1 });

    await poll(worker);
    const first = begun();
    backend.runs[0]?.end();
    await settle();
    await poll(worker);

    expect(first).toEqual(["a", "b", "d"]);
    expect(begun()).toEqual(["a", "b", "d", "c"]);
  });

  it("starts a job behind one whose connector is locked by another worker", async () => {
    await ask("held", "one");
    await poll(newWorker());
    await ask("blocked", "one");
    await ask("free", "two");

    await poll(newWorker());

    expect(begun()).toEqual(["held", "free"]);
    expect(jobs.read("blocked")?.status).toBe("pending");
  });

  it("continues with the next job if one cannot be claimed", async () => {
    await ask("bad", "one");
    await ask("good", "two");
    connectors.before = (operation) => {
      if (operation === "get the connector one") throw new Error("The store is down.");
    };

    await poll(newWorker());

    expect(begun()).toEqual(["good"]);
  });

  it("has room again after a job that failed", async () => {
    await ask("a", "one");
    const worker = newWorker();
    await poll(worker);
    backend.runs[0]?.fail(new Error("unexpected failure"));
    await settle();
    await ask("b", "two");

    await poll(worker);

    expect(begun()).toEqual(["a", "b"]);
    expect(jobs.read("a")).toMatchObject({ status: "error", error: "unexpected failure" });
  });

  it("has ended once all its jobs have ended", async () => {
    await ask("a", "one");
    const worker = newWorker();
    await poll(worker);
    let ended = false;

    const ending = worker.ended().then(() => (ended = true));
    await settle();
    const early = ended;
    backend.runs[0]?.end();
    await ending;

    expect([early, ended]).toEqual([false, true]);
  });
});
