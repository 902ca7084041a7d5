import { describe, expect, it } from "vitest";
import type { StoredConnector } from "../../jobs/ports.ts";
import { connectorJson, connectorTable } from "./list.ts";

const none = { status: null, error: null };

const connector = (changes: Partial<StoredConnector> = {}): StoredConnector => ({
  id: "sales",
  revision: { seqNo: 1, primaryTerm: 1 },
  name: "Sales org",
  serviceType: "salesforce",
  indexName: "search-sales",
  state: "connected",
  error: null,
  configuration: { client_secret: { value: "open sesame" } },
  features: {},
  filtering: [],
  pipeline: null,
  schedules: { full: { enabled: true, expression: "0 0 0 * * ?" }, incremental: undefined, access_control: undefined },
  lastScheduledAt: { full: undefined, incremental: undefined, access_control: undefined },
  lastSync: { content: { status: "completed", error: null }, access_control: none },
  lastSyncedAt: Date.parse("2026-03-01T12:00:05.250Z"),
  lastSeenAt: undefined,
  ...changes,
});

describe("the table of connectors", () => {
  it("says of each what it is, how it stands, and how its last sync ended", () => {
    const broken = connector({
      id: "test",
      name: "test",
      indexName: null,
      state: "error",
      error: "Salesforce refused\nthe sign-in.",
      lastSync: { content: none, access_control: none },
      lastSyncedAt: undefined,
    });

    expect(connectorTable([connector(), broken])).toBe(
      [
        "id     name       index         state      last sync  ended                 error",
        "sales  Sales org  search-sales  connected  completed  2026-03-01T12:00:05Z",
        "test   test       -             error      -          -                     Salesforce refused the sign-in.",
      ].join("\n"),
    );
  });

  it("shows the error of the last sync where the connector itself has none", () => {
    const failed = connector({ lastSync: { content: { status: "error", error: "It broke." }, access_control: none } });

    expect(connectorTable([failed])).toMatch(/ error +2026-\S+ +It broke\.$/);
  });

  it("says what to do where there is none", () => {
    expect(connectorTable([])).toBe("There is no connector. salesforce-connector connector create makes one.");
  });
});

describe("a connector for programs", () => {
  it("has what the table has and the schedules, and nothing of the configuration", () => {
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
