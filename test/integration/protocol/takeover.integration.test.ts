import { describe, expect, it } from "vitest";
import { elasticsearchMajor } from "../../support/elasticsearch.ts";
import { useProtocol } from "../../support/protocol-fixture.ts";
import { ServiceFleet } from "../../support/service-process.ts";

// Services that are stopped or killed in the middle of a sync.

const fixture = useProtocol({ ids: ["told", "killed", "other"] });

async function startHalf(id: string): Promise<string> {
  await fixture.faults([{ match: { query: "FROM Case" }, delay_ms: 180_000 }]);
  const job = await fixture.kibana.startSync(id);
  await fixture.job(job, ({ status, indexed_document_count: indexed }) => status === "in_progress" && indexed > 0);
  await fixture.faults([]);
  return job;
}

const inSmallRequests = () => fixture.config({ "elasticsearch.bulk.chunk_size": 1 });

describe("a job whose service is told to stop", () => {
  it("is suspended at once after writing the records already read, and completed by another service", async () => {
    await using fleet = await ServiceFleet.start(["first"], inSmallRequests);
    await fixture.connect("told");
    const job = await startHalf("told");

    const { exitCode } = await fleet.named("first").terminate({ timeoutMs: 15_000 });
    const suspended = await fixture.kibana.getJob(job);
    const left = await fixture.kibana.getConnector("told");
    const half = await fixture.documents("told");
    await using second = await fixture.start("second");
    const completed = await fixture.job(job);
    const { exitCode: secondExitCode } = await second.terminate();

    expect(exitCode).toBe(0);
    expect(suspended).toMatchObject({ status: "suspended", error: null, indexed_document_count: half.size });
    expect(suspended.completed_at).toBeUndefined();
    expect(left).toMatchObject({ status: "connected", error: null, last_sync_status: "suspended" });
    expect(completed).toMatchObject({ status: "completed", error: null });
    expect(completed.metadata["worker"]).not.toBe(suspended.metadata["worker"]);
    expect((await fixture.documents("told")).size).toBeGreaterThan(half.size);
    expect(await fixture.kibana.getConnector("told")).toMatchObject({ last_sync_status: "completed" });
    expect(secondExitCode).toBe(0);
  });
});

// The test waits for the heartbeat timeout, so it runs with one version of Elasticsearch only.
describe.runIf(elasticsearchMajor() === 9)("a job whose service is killed", () => {
  it("is taken over within two minutes and completed by another service, and releases the sync lock", async () => {
    await using fleet = await ServiceFleet.start(["doomed"], inSmallRequests);
    await fixture.connect("killed");
    await fixture.connect("other");
    const job = await startHalf("killed");
    const before = await fixture.kibana.getJob(job);
    await using second = await fixture.start("second");
    await second.waitForLog("service started");

    const killedAt = Date.now();
    await fleet.named("doomed").kill();
    const meanwhile = await fixture.sync("other");
    const stillHeld = await fixture.kibana.getJob(job);
    const completed = await fixture.job(job, undefined, 120_000);
    const took = Date.now() - killedAt;
    const next = await fixture.sync("killed");

    expect(meanwhile.status).toBe("completed");
    expect(stillHeld).toMatchObject({ status: "in_progress", metadata: before.metadata });
    expect(took).toBeLessThan(120_000);
    expect(completed).toMatchObject({ status: "completed", error: null });
    expect(completed.metadata["worker"]).not.toBe(before.metadata["worker"]);
    expect(next.status).toBe("completed");
    expect((await fixture.documents("killed")).size).toBe((await fixture.documents("other")).size);
  }, 200_000);
});
