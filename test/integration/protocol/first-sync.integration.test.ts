import { describe, expect, it } from "vitest";
import { configurationFields } from "../../../src/connector/configuration-fields.ts";
import { encodeApiKey } from "../../support/privilege-proxy.ts";
import { credentials, useProtocol } from "../../support/protocol-fixture.ts";

// The service as an operator runs it, managed from Kibana: from a new connector to a searchable index.

const fixture = useProtocol({ ids: ["new"] });
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;

describe("a connector that was created in Kibana", () => {
  it("gets its form, works once that is filled in, and is synced on request", async () => {
    const { kibana } = fixture;
    await fixture.create("new");
    expect(await kibana.getConnector("new")).toMatchObject({ status: "created", configuration: {} });

    await using service = await fixture.start();
    const prepared = await fixture.connector("new", ({ status }) => status === "needs_configuration");
    await kibana.saveConfiguration("new", credentials);
    const connected = await fixture.connector("new", ({ status }) => status === "connected");
    const job = await fixture.sync("new");
    const after = await fixture.connector("new", ({ last_sync_status: last }) => last === "completed");
    const { exitCode } = await service.terminate();

    expect(Object.keys(prepared.configuration).sort()).toEqual(configurationFields.map(({ key }) => key).sort());
    expect(prepared.configuration["client_secret"]).toMatchObject({ sensitive: true, required: true, value: "" });
    expect(prepared).toMatchObject({
      features: {
        sync_rules: { basic: { enabled: true }, advanced: { enabled: true } },
        document_level_security: { enabled: true },
        incremental_sync: { enabled: true },
      },
      last_seen: instant,
    });
    expect(connected).toMatchObject({ status: "connected", error: null });
    const documents = await fixture.documents("new");
    expect(documents.size).toBeGreaterThan(200);
    expect(job).toMatchObject({
      status: "completed",
      error: null,
      job_type: "full",
      trigger_method: "on_demand",
      started_at: instant,
      completed_at: instant,
      indexed_document_count: documents.size,
      deleted_document_count: 0,
      total_document_count: documents.size,
      worker_hostname: expect.stringMatching(/./) as string,
      metadata: { ran_as: "full", report: { objects: { Account: { filtered: 0, refused: 0 } } } },
    });
    expect(after).toMatchObject({
      status: "connected",
      error: null,
      last_sync_status: "completed",
      last_sync_error: null,
      last_synced: instant,
      last_indexed_document_count: documents.size,
      last_deleted_document_count: 0,
    });
    expect(exitCode).toBe(0);
  });

  it("contains only the secret that Kibana wrote", async () => {
    const { configuration, ...rest } = await fixture.kibana.getConnector("new");
    const { client_id: id, client_secret: secret, ...others } = configuration;

    const written = fixture.writes.filter(({ alias }) => alias === ".elastic-connectors");

    expect([id?.["value"], secret?.["value"]]).toEqual([credentials.client_id, credentials.client_secret]);
    expect(written.length).toBeGreaterThan(2);
    for (const text of [rest, others, ...written].map((part) => JSON.stringify(part))) {
      expect(text).not.toContain(credentials.client_secret);
      expect(text).not.toContain(encodeApiKey(fixture.key));
      expect(text).not.toContain(fixture.key.secret);
    }
  });
});

describe("a service that takes every connector of its type", () => {
  it("prepares one that its file does not name, and does not change native connectors and other types", async () => {
    const { kibana } = fixture;
    const serviceType = "salesforce";
    await kibana.createConnector({ id: "unnamed", indexName: fixture.indexOf("unnamed"), serviceType });
    await kibana.createConnector({ id: "native", indexName: fixture.indexOf("native"), serviceType, native: true });
    await kibana.createConnector({ id: "other", indexName: fixture.indexOf("other"), serviceType: "github" });
    const before = await Promise.all(["native", "other"].map((id) => kibana.getConnector(id)));

    await using service = await fixture.start("service", { "service.service_types": [serviceType] });
    const prepared = await fixture.connector("unnamed", ({ status }) => status === "needs_configuration");
    await fixture.passes(3);
    const after = await Promise.all(["native", "other"].map((id) => kibana.getConnector(id)));

    expect(service.isRunning).toBe(true);
    expect(Object.keys(prepared.configuration)).toContain("client_secret");
    expect(after).toEqual(before);
  });
});
