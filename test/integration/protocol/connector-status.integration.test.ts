import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useProtocol } from "../../support/protocol-fixture.ts";
import type { ServiceProcess } from "../../support/service-process.ts";

// The status of a connector: connected only after the org was reached with its configuration, and an error until it is fixed.

const fixture = useProtocol({ ids: ["secret", "outage", "sync-error", "canceled"] });
let service: ServiceProcess;

beforeAll(async () => {
  service = await fixture.start();
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
});

const unavailable = { match: { path: "/services/data" }, status: 503 };

/** The states that the service wrote to a connector, in order. */
function statesOf(id: string): unknown[] {
  return fixture.writes
    .filter((write) => write.alias === ".elastic-connectors" && write.id === id && "status" in write.fields)
    .map(({ fields }) => fields["status"]);
}

async function filledIn(id: string, values: Record<string, string>): Promise<void> {
  await fixture.create(id);
  await fixture.connector(id, ({ status }) => status === "needs_configuration");
  await fixture.kibana.saveConfiguration(id, { domain: "acme", client_id: "simulator", ...values });
}

describe("a connector", () => {
  it("is never connected with a wrong secret or while the org is down, and shows the error until it is fixed", async () => {
    await filledIn("secret", { client_secret: "wrong" });
    const refused = await fixture.connector("secret", ({ status }) => status === "error");
    await fixture.faults([unavailable]);
    await fixture.kibana.saveConfiguration("secret", { client_secret: "simulator" });
    const down = await fixture.connector("secret", ({ error }) => String(error).includes("503"));
    const before = statesOf("secret");
    await fixture.faults([]);
    const mended = await fixture.connector("secret", ({ status }) => status === "connected");

    expect(refused.error).toMatch(/invalid_client: .* Check client_id and client_secret/);
    expect(down.status).toBe("error");
    expect(before[0]).toBe("needs_configuration");
    expect(before.slice(1)).toEqual(before.slice(1).map(() => "error"));
    expect(mended.error).toBeNull();
  });

  it("shows the service's error while the org is down, and none when it is up again", async () => {
    await fixture.faults([unavailable]);
    await filledIn("outage", { client_secret: "simulator" });
    const down = await fixture.connector("outage", ({ status }) => status === "error");
    await fixture.faults([]);
    const up = await fixture.connector("outage", ({ status }) => status === "connected");

    expect(down.error).toMatch(/Salesforce .*503/);
    expect(up.error).toBeNull();
    expect(statesOf("outage")).toEqual(["needs_configuration", "error", "connected"]);
  });

  it("keeps the error of a sync, through reconciliation and the next run, until a sync succeeds", async () => {
    await fixture.connect("sync-error");
    await fixture.faults([{ match: { query: "FROM Lead" }, status: 400, error_code: "INVALID_FIELD", message: "no" }]);
    const failed = await fixture.sync("sync-error");
    const shown = await fixture.connector("sync-error", ({ status }) => status === "error");
    await fixture.faults([{ match: { query: "FROM Lead" }, delay_ms: 8000, times: 1 }]);
    const written = statesOf("sync-error").length;
    const second = await fixture.kibana.startSync("sync-error");
    await fixture.job(second, ({ status }) => status === "in_progress");
    await fixture.passes(3);
    const meanwhile = await fixture.kibana.getConnector("sync-error");
    await fixture.job(second);
    const after = await fixture.connector("sync-error", ({ status }) => status === "connected");

    expect(failed).toMatchObject({
      status: "error",
      error: expect.stringContaining("Lead could not be synced") as string,
    });
    expect(shown).toMatchObject({ error: failed.error, last_sync_status: "error", last_sync_error: failed.error });
    expect(meanwhile).toMatchObject({ status: "error", error: failed.error, last_sync_status: "in_progress" });
    expect(statesOf("sync-error").slice(written)).toEqual(["connected"]);
    expect(after).toMatchObject({ error: null, last_sync_status: "completed", last_sync_error: null });
  });

  it("keeps the error of a sync if the next one is canceled, and loses it when the configuration is saved", async () => {
    await fixture.connect("canceled");
    await fixture.faults([{ match: { query: "FROM Case" }, status: 400, error_code: "INVALID_FIELD", message: "no" }]);
    const failed = await fixture.sync("canceled");
    await fixture.connector("canceled", ({ status }) => status === "error");
    await fixture.faults([{ match: { query: "FROM Case" }, delay_ms: 60_000 }]);
    const second = await fixture.kibana.startSync("canceled");
    await fixture.job(second, ({ status }) => status === "in_progress");
    await fixture.kibana.cancelSync(second);
    await fixture.job(second);
    const canceled = await fixture.connector("canceled", ({ last_sync_status: last }) => last === "canceled");
    await fixture.faults([]);
    await fixture.kibana.saveConfiguration("canceled", { standard_objects_to_sync: "Account" });
    const saved = await fixture.connector("canceled", ({ status }) => status === "connected");

    expect(canceled).toMatchObject({ status: "error", error: failed.error, last_sync_error: failed.error });
    expect(saved.error).toBeNull();
  });
});
