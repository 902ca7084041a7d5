import { describe, expect, it } from "vitest";
import type { StoredConnector } from "../../connector/stored-connector.ts";
import { newConnector } from "../../../test/support/memory-stores.ts";
import { connectorJson, connectorTable } from "./list.ts";

const none = { status: null, error: null };

const connector = (changes: Partial<StoredConnector> = {}): StoredConnector =>
  newConnector("sales", {
    name: "Sales org",
    configuration: { client_secret: "open sesame" },
    schedules: {
      full: { enabled: true, expression: "0 0 0 * * ?" },
      incremental: undefined,
      access_control: undefined,
    },
    lastSync: { content: { status: "completed", error: null }, access_control: none },
    lastSyncedAt: Date.parse("2026-03-01T12:00:05.250Z"),
    ...changes,
  });

describe("the table of connectors", () => {
  it("shows the name, status and last sync of each connector", () => {
    const broken = connector({
      id: "test",
      name: "test",
      indexName: null,
      status: "error",
      error: "Salesforce refused\nthe sign-in.",
      lastSync: { content: none, access_control: none },
      lastSyncedAt: undefined,
    });

    expect(connectorTable([connector(), broken])).toBe(
      [
        "id     name       index         status     last sync  ended                 error",
        "sales  Sales org  search-sales  connected  completed  2026-03-01T12:00:05Z",
        "test   test       -             error      -          -                     Salesforce refused the sign-in.",
      ].join("\n"),
    );
  });

  it("shows the error of the last sync if the connector itself has none", () => {
    const failed = connector({ lastSync: { content: { status: "error", error: "It broke." }, access_control: none } });

    expect(connectorTable([failed])).toMatch(/ error +2026-\S+ +It broke\.$/);
  });

  it("gives advice if there is none", () => {
    expect(connectorTable([])).toBe("No connectors. salesforce-connector connector create creates one.");
  });
});

describe("a connector as JSON", () => {
  it("has the columns of the table and the schedules, and nothing of the configuration", () => {
    const json = connectorJson(connector());

    expect(json).toMatchObject({
      connector_id: "sales",
      index_name: "search-sales",
      state: "connected",
      last_sync: { content: { status: "completed" } },
      last_synced_at: "2026-03-01T12:00:05.250Z",
      last_seen_at: null,
      scheduling: { full: { enabled: true, expression: "0 0 0 * * ?" } },
    });
    expect(JSON.stringify(json)).not.toContain("sesame");
  });
});
