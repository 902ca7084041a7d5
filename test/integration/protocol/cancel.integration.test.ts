import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useProtocol } from "../../support/protocol-fixture.ts";
import { ServiceFleet } from "../../support/service-process.ts";

// Syncs that a user cancels in Kibana, with two running services.

const fixture = useProtocol({ ids: ["waiting", "running", "all"] });
let fleet: ServiceFleet;

beforeAll(async () => {
  // Small requests, so that the first documents are written before the last ones are read.
  fleet = await ServiceFleet.start(["first", "second"], () => fixture.config({ "elasticsearch.bulk.chunk_size": 1 }));
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});

/** The org never responds to this query. */
const stuck = (object: string) => ({ match: { query: `FROM ${object}` }, delay_ms: 120_000 });

/** Starts a sync that hangs in the middle, with some of its documents written. */
async function startHalf(id: string): Promise<string> {
  await fixture.faults([stuck("Case")]);
  const job = await fixture.kibana.startSync(id);
  await fixture.job(job, ({ status, indexed_document_count: indexed }) => status === "in_progress" && indexed > 0);
  return job;
}

describe("a canceled sync", () => {
  it("ends at once if it has not started, and never starts", async () => {
    await fixture.connect("waiting");
    const running = await startHalf("waiting");
    const pending = await fixture.kibana.startSync("waiting");

    await fixture.kibana.cancelSync(pending);
    const canceled = await fixture.kibana.getJob(pending);
    await fixture.faults([]);
    await fixture.kibana.cancelSync(running);
    await fixture.job(running);
    const next = await fixture.sync("waiting");

    expect(canceled).toMatchObject({ status: "canceled", canceled_at: expect.any(String) as string });
    expect(next.status).toBe("completed");
    expect(await fixture.kibana.getJob(pending)).toEqual(canceled);
    expect(canceled.started_at).toBeUndefined();
  });

  it("ends within seconds if it runs, and leaves every document in its old or its new state", async () => {
    const { editor } = fixture;
    await fixture.connect("running");
    await fixture.sync("running");
    const before = await fixture.documents("running");
    const [account = ""] = await editor.ids("SELECT Id FROM Account ORDER BY Id LIMIT 1");
    const [gone = ""] = await editor.ids("SELECT Id FROM Lead WHERE IsConverted = false ORDER BY Id LIMIT 1");
    await editor.update("Account", account, { Name: "Renamed while it ran" });
    await editor.remove("Lead", gone);
    const job = await startHalf("running");

    const asked = Date.now();
    await fixture.kibana.cancelSync(job);
    const canceled = await fixture.job(job, undefined, 20_000);
    const took = Date.now() - asked;
    const between = await fixture.documents("running");
    await fixture.faults([]);
    const { status } = await fixture.sync("running");
    const after = await fixture.documents("running");

    expect(took).toBeLessThan(15_000);
    expect(canceled).toMatchObject({
      status: "canceled",
      error: null,
      canceled_at: expect.any(String) as string,
      completed_at: expect.any(String) as string,
      deleted_document_count: expect.any(Number) as number,
    });
    expect([...between.keys()].filter((id) => id !== gone).sort()).toEqual([...after.keys()].sort());
    for (const [id, document] of between) expect([before.get(id), after.get(id)], id).toContainEqual(document);
    expect(status).toBe("completed");
    expect(after.get(account)).toMatchObject({ Name: "Renamed while it ran" });
    expect(after.has(gone)).toBe(false);
  });

  it("ends with all others of its connector, and the next requested sync runs alone", async () => {
    await fixture.connect("all");
    const running = await startHalf("all");
    const waiting = await fixture.kibana.startSync("all");
    const incremental = await fixture.kibana.startSync("all", "incremental");

    await fixture.kibana.cancelAll("all");
    await fixture.faults([]);
    const next = await fixture.kibana.startSync("all");
    const ended = await fixture.job(next);
    const others = await Promise.all([running, waiting, incremental].map((id) => fixture.kibana.getJob(id)));
    const connector = await fixture.connector("all", ({ last_sync_status: last }) => last === "completed");

    expect(others.map(({ status }) => status)).toEqual(["canceled", "canceled", "canceled"]);
    expect(ended.status).toBe("completed");
    expect(Date.parse(ended.started_at ?? "")).toBeGreaterThanOrEqual(Date.parse(others[0]?.completed_at ?? ""));
    expect(connector.status).toBe("connected");
  });
});
