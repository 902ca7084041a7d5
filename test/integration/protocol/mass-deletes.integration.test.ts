import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useProtocol } from "../../support/protocol-fixture.ts";
import type { ServiceProcess } from "../../support/service-process.ts";

// The brake against mass deletes, as an operator sees it in Kibana: the counts are stored with the connector, for any service.

const fixture = useProtocol({ ids: ["braked"] });
let service: ServiceProcess;

beforeAll(async () => {
  service = await fixture.start("service", { "service.mass_delete_documents": 3 });
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
});

const emptyAnswer = {
  match: { path: "/query", query: "FROM Lead" },
  status: 200,
  body: { totalSize: 0, done: true, records: [] },
};

describe("a connector whose Salesforce suddenly returns nothing of an object", () => {
  it("shows which deletes were held back, in every sync, until a field allows them", async () => {
    const { kibana } = fixture;
    await fixture.connect("braked");
    await fixture.sync("braked");
    const leads = async (): Promise<number> =>
      [...(await fixture.documents("braked")).keys()].filter((id) => id.startsWith("00Q")).length;
    const before = await leads();
    await fixture.faults([emptyAnswer]);

    const held = await fixture.sync("braked");
    const shown = await fixture.connector("braked", ({ last_sync_status: status }) => status === "error");
    const again = await fixture.sync("braked");
    const kept = await leads();
    await kibana.saveConfiguration("braked", { allow_mass_deletes: true });
    await fixture.connector("braked", ({ status }) => status === "connected");
    const allowed = await fixture.sync("braked");
    const after = await fixture.connector("braked", ({ last_sync_status: status }) => status === "completed");

    expect(before).toBeGreaterThan(3);
    const words = `Deletes of Lead were held back: Salesforce counts 0 records after ${before} at the last sync`;
    for (const job of [held, again]) {
      expect(job).toMatchObject({
        status: "error",
        error: expect.stringContaining(words) as string,
        deleted_document_count: 0,
        metadata: { report: { held_deletes: [{ object: "Lead", before, now: 0, held: before }] } },
      });
      expect(job.error).toContain("salesforce-connector sync --allow-deletes --connector braked");
    }
    expect(shown).toMatchObject({ status: "error", last_sync_error: expect.stringContaining(words) as string });
    expect(kept).toBe(before);
    expect(allowed).toMatchObject({
      status: "completed",
      error: null,
      metadata: { report: { objects: { Lead: { deleted: before } }, held_deletes: [] } },
    });
    expect(after).toMatchObject({ last_sync_error: null, sync_cursor: { counts: { Lead: { records: 0 } } } });
  });
});
