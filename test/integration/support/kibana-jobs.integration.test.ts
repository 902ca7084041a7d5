import { describe, expect, it } from "vitest";
import type { JobStatus } from "../../support/kibana-documents.ts";
import { domain, refusal, useKibana } from "./kibana-fixture.ts";

const fixture = useKibana();
const { client, prefix } = fixture;

async function jobWith(status: JobStatus, connectorId: string): Promise<string> {
  const jobId = await fixture.kibana.startSync(connectorId);
  const { id: _, ...job } = await fixture.kibana.getJob(jobId);
  await fixture.kibana.putRawJob(jobId, { ...job, status });
  return jobId;
}

describe("a job", () => {
  it("contains a snapshot of its connector from the time of the request", async () => {
    const id = await fixture.registeredConnector("jobs");
    await fixture.kibana.saveConfiguration(id, { domain: "acme" });

    const jobId = await fixture.kibana.startSync(id);
    await fixture.kibana.saveConfiguration(id, { domain: "other" });

    const stored = await client.get({ index: fixture.kibana.indices.jobsAlias, id: jobId });
    const [filtering] = (await fixture.kibana.getConnector(id)).filtering;
    expect(stored._source).toEqual({
      connector: {
        id,
        index_name: `${prefix}jobs`,
        service_type: "salesforce",
        configuration: { domain: { ...domain, default_value: null, value: "acme" } },
        filtering: filtering?.active,
      },
      created_at: fixture.now(),
      last_seen: fixture.now(),
      job_type: "full",
      trigger_method: "on_demand",
      status: "pending",
      indexed_document_count: 0,
      indexed_document_volume: 0,
      deleted_document_count: 0,
      total_document_count: 0,
      metadata: {},
    });
  });

  it("of access control writes to the index of identities", async () => {
    const id = await fixture.registeredConnector("identities");

    const job = await fixture.kibana.getJob(
      await fixture.kibana.startSync(id, "access_control", { triggerMethod: "scheduled" }),
    );

    expect(job).toMatchObject({ job_type: "access_control", trigger_method: "scheduled" });
    expect(job.connector.index_name).toBe(`.search-acl-filter-${prefix}identities`);
  });

  it("is refused without an index, a service type or a connector", async () => {
    const noIndex = await fixture.kibana.createConnector({ serviceType: "salesforce" });
    const noType = await fixture.kibana.createConnector({ indexName: `${prefix}no-type` });

    await expect(fixture.kibana.startSync(noIndex)).rejects.toMatchObject(refusal(400, /no index attached/));
    await expect(fixture.kibana.startSync(noType)).rejects.toMatchObject(refusal(400, /\[service_type\] not defined/));
    await expect(fixture.kibana.startSync("nobody")).rejects.toMatchObject(refusal(404, /\[nobody\] not found/));
  });

  it("is refused for a configuration that the API cannot read", async () => {
    const id = await fixture.registeredConnector("list-value");
    const { id: _, ...document } = await fixture.kibana.getConnector(id);
    await fixture.kibana.putRawConnector(id, {
      ...document,
      configuration: { domain: { ...domain, value: ["acme"] } },
    });

    await expect(fixture.kibana.startSync(id)).rejects.toMatchObject(refusal(400, /parse/));
  });

  it.each(["pending", "suspended"] as const)("that is %s is canceled at once", async (status) => {
    const jobId = await jobWith(status, await fixture.registeredConnector(`cancel-${status}`));
    fixture.pass(1000);

    await fixture.kibana.cancelSync(jobId);

    const at = fixture.now();
    expect(await fixture.kibana.getJob(jobId)).toMatchObject({
      status: "canceled",
      cancelation_requested_at: at,
      canceled_at: at,
      completed_at: at,
    });
  });

  it("that runs is marked as canceling", async () => {
    const jobId = await jobWith("in_progress", await fixture.registeredConnector("cancel-running"));

    await fixture.kibana.cancelSync(jobId);

    const job = await fixture.kibana.getJob(jobId);
    expect(job).toMatchObject({ status: "canceling", cancelation_requested_at: fixture.now() });
    expect(job).not.toHaveProperty("canceled_at");
  });

  it.each(["canceling", "canceled", "completed", "error"] as const)("that is %s cannot be canceled", async (status) => {
    const jobId = await jobWith(status, await fixture.registeredConnector(`no-cancel-${status}`));

    await expect(fixture.kibana.cancelSync(jobId)).rejects.toMatchObject(refusal(400, /Invalid transition/));
  });

  it("ends with all others of its connector when all are canceled", async () => {
    const id = await fixture.registeredConnector("cancel-all");
    const other = await jobWith("pending", await fixture.registeredConnector("not-canceled"));
    for (const status of ["pending", "in_progress", "suspended", "completed"] as const) await jobWith(status, id);

    await fixture.kibana.cancelAll(id);

    const statuses = (await fixture.kibana.listJobs({ connectorId: id })).map(({ status }) => status);
    expect(statuses.sort()).toEqual(["canceled", "canceled", "canceling", "completed"]);
    expect(await fixture.kibana.getConnector(id)).toMatchObject({
      last_sync_status: "canceled",
      last_access_control_sync_status: "canceled",
    });
    expect((await fixture.kibana.getJob(other)).status).toBe("pending");
  });

  it("is listed by connector, status and type, newest first", async () => {
    const id = await fixture.registeredConnector("listed");
    const jobIds: string[] = [];
    for (const type of ["full", "incremental", "full"] as const) {
      fixture.pass(1000);
      jobIds.push(await fixture.kibana.startSync(id, type));
    }
    await fixture.kibana.cancelSync(jobIds[0] ?? "");
    const ids = (jobs: { id: string }[]): string[] => jobs.map((job) => job.id);

    expect(ids(await fixture.kibana.listJobs({ connectorId: id }))).toEqual(jobIds.toReversed());
    expect(ids(await fixture.kibana.listJobs({ connectorId: id, jobType: "incremental" }))).toEqual([jobIds[1]]);
    expect(ids(await fixture.kibana.listJobs({ connectorId: id, status: "canceled" }))).toEqual([jobIds[0]]);
  });
});
