import { describe, expect, it } from "vitest";
import { useKibana } from "../support/kibana-fixture.ts";
import { at, useStores } from "../support/stores-fixture.ts";

const kibanaFixture = useKibana();
const fixture = useStores(kibanaFixture);
const { prefix } = kibanaFixture;
const { signal } = new AbortController();

const idsOf = (found: readonly { id: string }[]): string[] => found.map(({ id }) => id);

describe("stored connectors", () => {
  it("are read as Kibana wrote them", async () => {
    const id = await kibanaFixture.registeredConnector("read");
    await kibanaFixture.kibana.saveConfiguration(id, { domain: "acme" });
    await kibanaFixture.kibana.setScheduling(id, { incremental: { enabled: true, interval: "0 */5 * * * ?" } });

    const read = await fixture.connector(id);

    expect(read).toMatchObject({
      id,
      serviceType: "salesforce",
      indexName: `${prefix}read`,
      status: "configured",
      error: null,
      configuration: { domain: "acme" },
      rules: { basic: [], advanced: [], problems: [] },
      draft: { edited: false },
      schedules: {
        full: { enabled: false, expression: "0 0 0 * * ?" },
        incremental: { enabled: true, expression: "0 */5 * * * ?" },
      },
      lastSync: { content: { status: null, error: null }, access_control: { status: null, error: null } },
    });
    expect(read.lastSeenAt).toBeUndefined();
  });

  it("are listed by id, and by service type when they are self-managed", async () => {
    const native = await kibanaFixture.kibana.createConnector({
      id: "list-native",
      serviceType: "list-type",
      native: true,
    });
    await kibanaFixture.kibana.createConnector({ id: "list-own", serviceType: "list-type" });
    await kibanaFixture.kibana.createConnector({ id: "list-other", serviceType: "other-type" });
    await kibanaFixture.kibana.createConnector({ id: "list-deleted", serviceType: "list-type" });
    await kibanaFixture.kibana.deleteConnector("list-deleted");

    const byType = await fixture.stores.connectors.list({ ids: [], serviceTypes: ["list-type"] }, signal);
    const byId = await fixture.stores.connectors.list(
      { ids: [native, "list-deleted", "nobody"], serviceTypes: [] },
      signal,
    );
    const both = await fixture.stores.connectors.list({ ids: ["list-other"], serviceTypes: ["list-type"] }, signal);

    expect(idsOf(byType)).toEqual(["list-own"]);
    expect(idsOf(byId)).toEqual([native]);
    expect(idsOf(both)).toEqual(["list-other", "list-own"]);
    expect(byType[0]?.revision).toEqual((await fixture.connector("list-own")).revision);
  });

  it("are not requested if the list of ids and types is empty", async () => {
    expect(await fixture.stores.connectors.list({ ids: [], serviceTypes: [] }, signal)).toEqual([]);
    expect(fixture.proxy.requests).toEqual([]);
  });

  it("that are marked as deleted are not found", async () => {
    const id = await kibanaFixture.registeredConnector("deleted");
    const { revision } = await fixture.connector(id);
    await kibanaFixture.kibana.deleteConnector(id);

    expect(await fixture.stores.connectors.get(id, signal)).toBeUndefined();
    expect(await fixture.stores.connectors.change(id, { lastSeenAt: at }, { signal })).toBe("gone");
    expect(await fixture.stores.connectors.change(id, { describe: true }, { signal })).toBe("gone");
    expect(await fixture.stores.connectors.change(id, { lastSeenAt: at }, { revision, signal })).toBe(
      "changed_meanwhile",
    );
  });

  it("that never existed cannot be changed", async () => {
    const revision = { seqNo: 0, primaryTerm: 1 };

    expect(await fixture.stores.connectors.get("nobody", signal)).toBeUndefined();
    expect(await fixture.stores.connectors.change("nobody", { lastSeenAt: at }, { signal })).toBe("gone");
    expect(await fixture.stores.connectors.change("nobody", { status: "error" }, { revision, signal })).toBe("gone");
  });

  it("are created once, with everything that Kibana requires", async () => {
    const change = {
      serviceType: "salesforce",
      indexName: `${prefix}made`,
      name: "Made",
      configuration: { domain: "acme" },
    };

    const made = await Promise.all([1, 2, 3].map(() => fixture.stores.connectors.create("made", change, signal)));

    expect(made.sort()).toEqual([false, false, true]);
    await kibanaFixture.kibana.saveConfiguration("made", { domain: "acme" });
    const jobId = await kibanaFixture.kibana.startSync("made");
    expect(await kibanaFixture.kibana.getConnector("made")).toMatchObject({
      name: "Made",
      deleted: false,
      is_native: false,
    });
    expect((await fixture.job(jobId)).snapshot).toMatchObject({ connectorId: "made", indexName: `${prefix}made` });
  });

  it("keep the fields that a change does not name", async () => {
    const id = await kibanaFixture.registeredConnector("change");
    const before = await kibanaFixture.kibana.getConnector(id);

    const result = await fixture.stores.connectors.change(
      id,
      {
        status: "connected",
        error: null,
        lastSeenAt: at,
        lastScheduledAt: { type: "incremental", at },
        lastSync: { group: "access_control", status: "in_progress", error: null },
        schedules: { full: { enabled: true, expression: "0 0 1 * * ?" } },
      },
      { signal },
    );

    const read = await fixture.connector(id);
    expect(result).toEqual({ revision: read.revision });
    expect(await kibanaFixture.kibana.getConnector(id)).toEqual({
      ...before,
      status: "connected",
      error: null,
      last_seen: "2026-03-01T13:00:00.000Z",
      last_incremental_sync_scheduled_at: "2026-03-01T13:00:00.000Z",
      last_access_control_sync_status: "in_progress",
      last_access_control_sync_error: null,
      scheduling: { ...before.scheduling, full: { enabled: true, interval: "0 0 1 * * ?" } },
    });
    expect(read).toMatchObject({ lastSeenAt: at, lastScheduledAt: { incremental: at } });
  });

  it("get missing field descriptions and new values, and this version's features", async () => {
    const id = await kibanaFixture.registeredConnector("replace");
    await kibanaFixture.kibana.setFeatures(id, { filtering_rules: true, sync_rules: { basic: { enabled: true } } });
    await kibanaFixture.kibana.saveConfiguration(id, { domain: "acme" });
    const { revision, isDescribed } = await fixture.connector(id);

    const result = await fixture.stores.connectors.change(
      id,
      { describe: true, configuration: { max_file_size: 20 }, status: "needs_configuration" },
      { revision, signal },
    );

    const read = await fixture.connector(id);
    const { configuration, features } = await kibanaFixture.kibana.getConnector(id);
    expect(isDescribed).toBe(false);
    expect(read).toMatchObject({ isDescribed: true, configuration: { domain: "acme", max_file_size: 20 } });
    expect(read.revision).toEqual(typeof result === "object" ? result.revision : result);
    expect(configuration).toMatchObject({ domain: { value: "acme" }, max_file_size: { value: 20, type: "int" } });
    expect(features).not.toHaveProperty("filtering_rules");
  });

  it.each([
    ["a field", { status: "connected" as const }],
    ["a replaced object", { rules: { basic: [], advanced: [] } }],
  ])("are changed by one of two changes with the same revision: %s", async (what, change) => {
    const id = await kibanaFixture.registeredConnector(what.includes("field") ? "race-field" : "race-object");
    const { revision } = await fixture.connector(id);

    const results = await Promise.all(
      ["one", "other"].map((error) => fixture.stores.connectors.change(id, { ...change, error }, { revision, signal })),
    );

    expect(results.filter((result) => result === "changed_meanwhile")).toHaveLength(1);
    expect(results).toContainEqual({ revision: (await fixture.connector(id)).revision });
  });

  it("keep their revision after an empty change", async () => {
    const id = await kibanaFixture.registeredConnector("same");
    const { revision } = await fixture.connector(id);

    expect(await fixture.stores.connectors.change(id, { indexName: `${prefix}same` }, { revision, signal })).toEqual({
      revision,
    });
  });

  it("accept an error of any length", async () => {
    const id = await kibanaFixture.registeredConnector("long-error");

    await fixture.stores.connectors.change(id, { error: "🙂".repeat(20_000) }, { signal });

    expect((await fixture.connector(id)).error).toMatch(/^🙂+ …$/u);
  });
});
