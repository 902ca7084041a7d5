import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { credentials, useProtocol } from "../../support/protocol-fixture.ts";
import type { ServiceProcess } from "../../support/service-process.ts";

// Malformed connectors and jobs. Each reports its own error; the service continues and runs the others.

const ids = ["healthy", "strange", "soft", "hard", "nameless", "fields", "no-index", "types"];
const fixture = useProtocol({ ids });
const few = { standard_objects_to_sync: "Campaign" };
let service: ServiceProcess;

beforeAll(async () => {
  service = await fixture.start("service", { "elasticsearch.bulk.chunk_size": 1 });
  await fixture.connect("healthy", few);
});

afterEach(async () => {
  expect(service.isRunning).toBe(true);
  expect(await fixture.sync("healthy")).toMatchObject({ status: "completed" });
  expect(
    service.log.filter((line) => line["log.level"] === "error" && !line.message.startsWith("sync failed")),
  ).toEqual([]);
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
});

/** A job that a user may have written by hand. */
async function putJob(id: string, document: object): Promise<void> {
  const created = new Date().toISOString();
  await fixture.kibana.putRawJob(id, { status: "pending", job_type: "full", created_at: created, ...document });
}

describe("a connector", () => {
  it("of a type that the service does not run shows an error, and works once its type is corrected", async () => {
    await fixture.kibana.createConnector({
      id: "strange",
      indexName: fixture.indexOf("strange"),
      serviceType: "sharepoint_online",
    });

    const said = await fixture.connector("strange", ({ status }) => status === "error");
    await fixture.kibana.setServiceType("strange", "salesforce");
    const mended = await fixture.connector("strange", ({ configuration }) => "client_id" in configuration);

    expect(said.error).toBe("Its service type is sharepoint_online; this service runs salesforce.");
    expect(said.configuration).toEqual({});
    expect(mended.status).toBe("needs_configuration");
  });

  it.each([
    ["soft", false],
    ["hard", true],
  ])("that is deleted during a job ends the job with that error (%s)", async (id, hard) => {
    await fixture.connect(id);
    await fixture.faults([{ match: { query: "FROM Case" }, delay_ms: 60_000, times: 1 }]);
    const running = await fixture.kibana.startSync(id);
    const waiting = await fixture.kibana.startSync(id);
    await fixture.job(running, ({ indexed_document_count: indexed }) => indexed > 0);

    await fixture.kibana.deleteConnector(id, { hard });
    const ended = await fixture.job(running, undefined, 20_000);
    const neverBegun = await fixture.job(waiting, undefined, 20_000);

    expect(ended).toMatchObject({ status: "error", completed_at: expect.any(String) as string });
    expect(ended.error).toMatch(/^The connector (was deleted while the job ran|of the job no longer exists)\.$/);
    expect(neverBegun).toMatchObject({
      status: "error",
      error: "The connector of the job no longer exists.",
    });
    const shown = await fixture.kibana.getConnector(id, { includeDeleted: true }).catch(() => undefined);
    expect(shown?.deleted).toBe(hard ? undefined : true);
  });

  it("gets a missing configuration field, and keeps an unknown field and all values", async () => {
    await fixture.connect("fields", few);
    const { id, ...document } = await fixture.kibana.getConnector("fields");
    const { api_version: version, ...others } = document.configuration;
    const extra = { label: "Colour", type: "str", value: "green" };

    await fixture.kibana.putRawConnector(id, { ...document, configuration: { ...others, colour: extra } });
    const mended = await fixture.connector(id, ({ configuration }) => "api_version" in configuration);
    const job = await fixture.sync("fields");

    expect(mended.configuration).toEqual({ ...others, colour: extra, api_version: version });
    expect(job.status).toBe("completed");
  });

  it("with a schedule and no index shows an error, and so does its job", async () => {
    await fixture.create("no-index");
    await fixture.kibana.setIndexName("no-index", null);
    await fixture.kibana.setScheduling("no-index", { full: { enabled: true, interval: "* * * * * ?" } });
    await fixture.connector("no-index", ({ status }) => status === "needs_configuration");
    await fixture.kibana.saveConfiguration("no-index", credentials);

    const said = await fixture.connector("no-index", ({ status }) => status === "error");
    const { configuration } = said;
    await putJob("job-no-index", { connector: { id: "no-index", service_type: "salesforce", configuration } });
    const job = await fixture.job("job-no-index");

    expect(said.error).toBe("It has a schedule but no index: attach an index to it.");
    expect(job).toMatchObject({
      status: "error",
      error: "The connector no-index is invalid. No index is attached to it.",
    });
    expect(await fixture.kibana.listJobs({ connectorId: "no-index" })).toHaveLength(1);
  });
});

describe("a job", () => {
  it("without a connector ends with that error", async () => {
    await putJob("nobody-s", {});
    await putJob("nobody-s-either", { connector: { index_name: fixture.indexOf("nameless") } });

    const jobs = await Promise.all([fixture.job("nobody-s"), fixture.job("nobody-s-either")]);

    for (const job of jobs) expect(job).toMatchObject({ status: "error", error: "The job names no connector." });
  });

  it("with only its connector's id in its snapshot lists the missing values", async () => {
    await fixture.connect("nameless", few);
    await putJob("empty", { connector: { id: "nameless" } });

    const job = await fixture.job("empty");
    const next = await fixture.sync("nameless");

    expect(job.status).toBe("error");
    expect(job.error).toMatch(
      /^The connector nameless is invalid\. .*\(client_secret\).* No index is attached to it\.$/,
    );
    expect(next.status).toBe("completed");
  });

  it("for access control without document level security ends with an error, and the connector keeps its status", async () => {
    await fixture.connect("types", few);

    const job = await fixture.job(await fixture.kibana.startSync("types", "access_control"));
    const connector = await fixture.connector("types", ({ last_access_control_sync_status: last }) => last === "error");

    expect(job.status).toBe("error");
    expect(job.error).toMatch(/^The connector types does not use document level security/);
    expect(connector).toMatchObject({ status: "connected", error: null, last_access_control_sync_error: job.error });
    expect(connector.last_sync_status ?? null).toBeNull();
  });

  it("for an incremental sync runs a full one with a warning", async () => {
    const job = await fixture.job(await fixture.kibana.startSync("types", "incremental"));

    expect(job).toMatchObject({
      status: "completed",
      job_type: "incremental",
      metadata: {
        ran_as: "full",
        report: { warnings: ["Incremental syncs are not available in this version yet: this is a full sync."] },
      },
    });
  });

  it("of an unknown status or type is not changed", async () => {
    await putJob("unknown-state", { status: "exploded", connector: { id: "types" } });
    await putJob("unknown-kind", { job_type: "partial", connector: { id: "types" } });

    await fixture.passes(3);

    expect(await fixture.kibana.getJob("unknown-state")).toMatchObject({ status: "exploded" });
    expect(await fixture.kibana.getJob("unknown-kind")).toMatchObject({ status: "pending" });
  });
});
