import { afterAll, beforeAll, expect, it } from "vitest";
import { RestClient } from "../../contract/simulator/rest-client.ts";
import { deleteIndices } from "../../support/elasticsearch.ts";
import { useProtocol } from "../../support/protocol-fixture.ts";
import type { ServiceProcess } from "../../support/service-process.ts";

// Document level security as Kibana turns it on, with the documented API key.

const fixture = useProtocol({ ids: ["secured"] });
let service: ServiceProcess;

beforeAll(async () => {
  service = await fixture.start("service");
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await deleteIndices(fixture.client, `.search-acl-filter-${fixture.prefix}`);
});

it("an access control job from Kibana writes the identities into a hidden index, with the documented key", async () => {
  await fixture.connect("secured", {
    standard_objects_to_sync: "Account",
    use_document_level_security: true,
  });
  const index = fixture.indexOf("secured");
  const full = await fixture.sync("secured");

  const job = await fixture.job(await fixture.kibana.startSync("secured", "access_control"));
  const connector = await fixture.connector(
    "secured",
    ({ last_access_control_sync_status: last }) => last === "completed",
  );
  const settings = await fixture.client.indices.getSettings({
    index: `.search-acl-filter-${index}`,
    flat_settings: true,
  });
  const [stored] = Object.values(settings);
  const { count } = await fixture.client.count({ index: `.search-acl-filter-${index}` });

  expect(full).toMatchObject({ status: "completed", error: null });
  expect(job).toMatchObject({ status: "completed", error: null, total_document_count: count });
  expect(count).toBeGreaterThan(5);
  expect(connector).toMatchObject({ last_access_control_sync_status: "completed", last_sync_status: "completed" });
  expect(stored?.settings).toMatchObject({ "index.hidden": "true" });
  expect(fixture.refused).toEqual([]);
});

it("an access control job runs when a permission expires, ahead of its schedule", async () => {
  const user = one(`SELECT "Id" FROM "User" WHERE "UserType" = 'Standard' AND "IsActive" = 1 ORDER BY "Id" DESC`);
  const set = one(
    `SELECT o."ParentId" FROM "ObjectPermissions" o JOIN "PermissionSet" p ON p."Id" = o."ParentId" WHERE p."IsOwnedByProfile" = 0 AND p."Type" = 'Regular' AND o."ParentId" NOT IN (SELECT "PermissionSetId" FROM "PermissionSetAssignment" WHERE "AssigneeId" = '${user}')`,
  );
  const expiry = Math.ceil(fixture.simulator.org.clock.now() / 1000) * 1000 + 5000;
  const admin = await RestClient.signIn(fixture.simulator, "simulator-admin");
  const { status } = await admin.rest("POST", "sobjects/PermissionSetAssignment", {
    AssigneeId: user,
    PermissionSetId: set,
    ExpirationDate: new Date(expiry).toISOString(),
  });
  const yearly = { enabled: true, interval: "0 0 0 1 1 ?" };
  await fixture.kibana.setScheduling("secured", { access_control: yearly });

  await fixture.job(await fixture.kibana.startSync("secured", "access_control"));
  const connector = await fixture.connector(
    "secured",
    ({ last_access_control_sync_scheduled_at: at }) => typeof at === "string",
  );
  // Searches see writes with a delay.
  await fixture.client.indices.refresh({ index: fixture.kibana.indices.jobs });
  const jobs = await fixture.kibana.listJobs({ connectorId: "secured" });
  const [scheduled, ...others] = jobs.filter(({ trigger_method: trigger }) => trigger === "scheduled");
  const done = await fixture.job(scheduled?.id ?? "");

  expect(status).toBe(201);
  expect(Date.parse(connector.last_access_control_sync_scheduled_at ?? "")).toBe(expiry);
  expect(others).toEqual([]);
  expect(done).toMatchObject({ job_type: "access_control", status: "completed", error: null });
  expect(Date.parse(done.started_at ?? "")).toBeGreaterThanOrEqual(expiry);
});

function one(sql: string): string {
  const [row] = fixture.simulator.org.database.rows(sql);
  return String(row?.[0]);
}
