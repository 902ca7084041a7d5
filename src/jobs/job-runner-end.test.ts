import { beforeEach, describe, expect, it } from "vitest";
import { JobFixture } from "../../test/support/job-fixture.ts";
import { zeros } from "../../test/support/memory-ports.ts";
import { newConnector } from "../../test/support/memory-stores.ts";
import { RunFailure } from "../../test/support/memory-backend.ts";
import { settle } from "../../test/support/test-clock.ts";
import type { RunResult } from "./job-runner.ts";
import { untilAborted } from "../core/errors.ts";
import type { JobStore, StoredJob } from "./job-store.ts";
import type { StoredConnector } from "../connector/stored-connector.ts";

let fixture = new JobFixture();
let { connectors, jobs, backend } = fixture;

beforeEach(() => {
  fixture = new JobFixture(newConnector("one"));
  ({ connectors, jobs, backend } = fixture);
  fixture.ask("j");
});

const job = (): StoredJob => fixture.readJob("j");
const connector = (): StoredConnector => fixture.readConnector();

/** Takes the job up and lets it run in the background. */
async function begin(stop = new AbortController().signal): Promise<Promise<RunResult>[]> {
  const run = await fixture.newJobRunner().claim(job(), stop);
  const running = run ? [run()] : [];
  await settle();
  return running;
}

describe("a job that ends", () => {
  it("updates its connector even if the responses to its claim and to its end are lost", async () => {
    const change = jobs.change.bind(jobs);
    const losing = new Set(["in_progress", "error"]);
    jobs.change = async (id, wanted, at) => {
      const result = await change(id, wanted, at);
      // The change was made; its answer is lost, and the request made again finds another revision.
      return wanted.status !== undefined && losing.delete(wanted.status) ? "changed_meanwhile" : result;
    };

    const running = await begin();
    backend.runs[0]?.end("Lead could not be read.");
    await Promise.all(running);

    expect(job()).toMatchObject({ status: "error", error: "Lead could not be read." });
    expect(connector()).toMatchObject({ status: "error", error: "Lead could not be read." });
    expect(connector().lastSync.content).toEqual({ status: "error", error: "Lead could not be read." });
  });

  it("ends although the documents cannot be counted", async () => {
    backend.count = () => Promise.reject(new RunFailure("The index is busy."));

    const running = await begin();
    backend.runs[0]?.end();
    await Promise.all(running);

    expect(job().status).toBe("completed");
    expect(connector().lastSync.content.status).toBe("completed");
  });

  it("keeps the report of a completed sync if its result cannot be written, and says why", async () => {
    const running = await begin();
    jobs.before = () => {
      throw new RunFailure("Elasticsearch is away.");
    };
    backend.runs[0]?.end();
    const [result] = await Promise.all(running);

    expect(result).toMatchObject({
      status: "lost",
      report: { status: "completed" },
      error: "The result could not be written to the job: Elasticsearch is away.",
    });
  });

  it("is completed if only its connector can no longer be written", async () => {
    const running = await begin();
    connectors.change = () => Promise.reject(new RunFailure("Elasticsearch is away."));
    backend.runs[0]?.end();
    const [result] = await Promise.all(running);

    expect(result).toMatchObject({ status: "completed", error: null });
    expect(job().status).toBe("completed");
  });

  it("gives up its last writes when the process must end", async () => {
    const closing = new AbortController();
    const run = await fixture.newJobRunner({ closing: closing.signal }).claim(job(), new AbortController().signal);
    const running = run?.();
    await settle();
    const hanging: JobStore["get"] = (_, signal) => untilAborted(new Promise<undefined>(() => undefined), signal);
    Object.assign(jobs, { get: hanging });
    backend.runs[0]?.end();
    await settle();

    closing.abort();

    expect(await running).toMatchObject({ status: "lost", report: { status: "completed" } });
  });

  it("keeps the status of a configuration that was saved while it ran", async () => {
    const running = await begin();
    connectors.put({ ...connector(), status: "configured", error: null });

    backend.runs[0]?.end("The secret is wrong.");
    await Promise.all(running);

    expect(connector()).toMatchObject({ status: "configured", error: null });
    expect(connector().lastSync.content.error).toBe("The secret is wrong.");
  });

  it("keeps an error that was found while it ran", async () => {
    const running = await begin();
    connectors.put({ ...connector(), status: "error", error: "The secret is wrong." });

    backend.runs[0]?.end();
    await Promise.all(running);

    expect(connector()).toMatchObject({ status: "error", error: "The secret is wrong." });
    expect(connector().lastSync.content).toEqual({ status: "completed", error: null });
  });

  it("is suspended at once if the process is stopped during the claim", async () => {
    const stop = new AbortController();
    const change = jobs.change.bind(jobs);
    const claim: JobStore["change"] = (id, wanted, at) => {
      if (wanted.status === "in_progress") stop.abort();
      return at.signal.aborted ? Promise.reject(new RunFailure("stopped")) : change(id, wanted, at);
    };
    jobs.change = claim;

    await Promise.all(await begin(stop.signal));

    expect(job().status).toBe("suspended");
    expect(connector().lastSync.content.status).toBe("suspended");
  });

  it("stores the cursors of completely read objects, keeps those of incomplete ones, and removes those of deselected ones", async () => {
    connectors.put({
      ...connector(),
      cursors: {
        Account: "2026-01-01T00:00:00.000Z",
        Case: "2026-01-02T00:00:00.000Z",
        Lead: "2026-01-03T00:00:00.000Z",
      },
    });

    const running = await begin();
    backend.runs[0]?.end("Case could not be read.", {
      objects: { Account: zeros, Case: zeros },
      cursors: { Account: "2026-03-01T12:00:00.000Z" },
    });
    await Promise.all(running);

    expect(connector().cursors).toEqual({
      Account: "2026-03-01T12:00:00.000Z",
      Case: "2026-01-02T00:00:00.000Z",
    });
  });

  it("gets the counts of earlier syncs, and stores those of its own instead", async () => {
    const counts = { Account: { selection: "all", records: 10 }, Lead: { selection: "all", records: 3, links: 1 } };
    connectors.put({ ...connector(), counts });

    const running = await begin();
    backend.runs[0]?.end("Deletes of Account were held back.", {
      objects: { Account: zeros },
      source_counts: { Account: { selection: "all", records: 12, links: 2 } },
    });
    await Promise.all(running);

    expect(backend.runs[0]?.counts).toEqual(counts);
    expect(connector().counts).toEqual({ Account: { selection: "all", records: 12, links: 2 } });
  });

  it.each([
    ["the moment that the sync reports", "2026-03-02T08:00:00.000Z", Date.parse("2026-03-02T08:00:00.000Z")],
    ["nothing if no permission expires", null, undefined],
    ["the moment of before if the sync did not complete identities", undefined, 7],
  ])("stores when the first permission expires: %s", async (_, reported, stored) => {
    connectors.put({ ...connector(), permissionsExpireAt: 7 });

    const running = await begin();
    backend.runs[0]?.end(undefined, { permissions_expire_at: reported });
    await Promise.all(running);

    expect(connector().permissionsExpireAt).toBe(stored);
  });
});
