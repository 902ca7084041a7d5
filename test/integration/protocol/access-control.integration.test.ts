import { afterAll, beforeAll, expect, it } from "vitest";
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
