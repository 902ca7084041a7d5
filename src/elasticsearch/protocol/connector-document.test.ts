import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isJsonObject, type JsonObject } from "../../core/json.ts";
import type { ConnectorChange, JobType, StoredConnector } from "../../jobs/ports.ts";
import { newConnectorDocument, readConnector, writeConnectorChange } from "./connector-document.ts";
import { mergeObjects } from "./merge-objects.ts";
import { stateWords, statusWords, typeWords } from "./protocol-words.ts";

const at = Date.parse("2026-03-01T12:00:00Z");
const revision = { seqNo: 3, primaryTerm: 1 };

/** A document after a change, as Elasticsearch would have it. */
function changed(source: JsonObject, change: ConnectorChange): JsonObject {
  const { merged, replaced } = writeConnectorChange(change);
  return { ...mergeObjects(source, merged), ...replaced };
}

function read(source: JsonObject): StoredConnector {
  return readConnector({ id: "one", revision, source });
}

const instant = fc.integer({ min: 0, max: at * 2 });
const type = fc.constantFrom<JobType[]>(...typeWords);
const schedule = fc.record({ enabled: fc.boolean(), expression: fc.string() });
const shortText = fc.string({ maxLength: 20 });

const anyChange: fc.Arbitrary<ConnectorChange> = fc.record(
  {
    state: fc.constantFrom(...stateWords),
    error: fc.option(shortText),
    serviceType: shortText,
    indexName: shortText,
    name: shortText,
    features: fc.constantFrom<JsonObject>({}, { incremental_sync: { enabled: true } }),
    filtering: fc.constantFrom([], [{ domain: "DEFAULT" }]),
    pipeline: fc.constantFrom<JsonObject>({ name: "one" }, { name: "two", run_ml_inference: false }),
    schedules: fc.record({ full: schedule, incremental: schedule, access_control: schedule }, { requiredKeys: [] }),
    lastSeenAt: instant,
    lastScheduledAt: fc.record({ type, at: instant }),
    lastSync: fc.record({
      group: fc.constantFrom("content" as const, "access_control" as const),
      status: fc.option(fc.constantFrom(...statusWords)),
      error: fc.option(shortText),
    }),
  },
  { requiredKeys: [] },
);

describe("a connector's document", () => {
  it("says after a change what the change says, and else what it said before", () => {
    fc.assert(
      fc.property(anyChange, anyChange, (earlier, change) => {
        const source = changed(newConnectorDocument(at), earlier);
        const before = read(source);

        const after = read(changed(source, change));

        const { lastScheduledAt, lastSync, schedules, ...rest } = change;
        expect(after).toEqual({
          ...before,
          ...rest,
          schedules: { ...before.schedules, ...schedules },
          lastScheduledAt: {
            ...before.lastScheduledAt,
            ...(lastScheduledAt && { [lastScheduledAt.type]: lastScheduledAt.at }),
          },
          lastSync: {
            ...before.lastSync,
            ...(lastSync && { [lastSync.group]: { status: lastSync.status, error: lastSync.error } }),
          },
          pipeline: rest.pipeline
            ? mergeObjects(isJsonObject(before.pipeline) ? before.pipeline : {}, rest.pipeline)
            : before.pipeline,
        });
      }),
    );
  });

  it("is not touched by a change of nothing", () => {
    expect(writeConnectorChange({})).toEqual({ merged: {}, replaced: {} });
  });

  it("keeps fields that a configuration does not name, and no features", () => {
    const source = { configuration: { old: { value: 1 }, kept: { value: 2 } }, features: { filtering_rules: true } };

    const after = read(changed(source, { configuration: { old: { order: 1 } }, features: {} }));

    expect(after.configuration).toEqual({ old: { value: 1, order: 1 }, kept: { value: 2 } });
    expect(after.features).toEqual({});
  });

  it("says in the protocol's words what a sync did", () => {
    const change: ConnectorChange = {
      lastSync: { group: "content", status: "error", error: "no" },
      lastScheduledAt: { type: "access_control", at },
      synced: { at, indexed: 5, deleted: 1 },
    };

    expect(writeConnectorChange(change).merged).toEqual({
      last_sync_status: "error",
      last_sync_error: "no",
      last_access_control_sync_scheduled_at: "2026-03-01T12:00:00.000Z",
      last_synced: "2026-03-01T12:00:00.000Z",
      last_indexed_document_count: 5,
      last_deleted_document_count: 1,
    });
  });

  it("of any shape is read, and what is not of its kind is not there", () => {
    const keys = Object.keys(newConnectorDocument(at)).concat(
      ["error", "features", "pipeline", "service_type", "index_name", "last_seen", "last_sync_status"],
      ["last_sync_error", "last_sync_scheduled_at", "last_access_control_sync_status"],
    );
    const odd = fc.record(Object.fromEntries(keys.map((key) => [key, fc.jsonValue({ maxDepth: 2 })])), {
      requiredKeys: [],
    });
    fc.assert(
      fc.property(odd, (source) => {
        const { state, error, serviceType, schedules, lastSync, lastSeenAt, lastScheduledAt } = read(source);

        expect([null, ...stateWords]).toContain(state);
        expect([null, ...statusWords]).toContain(lastSync.content.status);
        for (const text of [error, serviceType, lastSync.content.error]) expect(text ?? "").toBeTypeOf("string");
        for (const ms of [lastSeenAt, lastScheduledAt.full]) expect(ms ?? 0).toBeTypeOf("number");
        for (const { enabled, expression } of Object.values(schedules).filter((found) => found !== undefined))
          expect([typeof enabled, typeof expression]).toEqual(["boolean", "string"]);
      }),
    );
  });

  it("that is empty says nothing", () => {
    expect(read({})).toEqual({
      id: "one",
      revision,
      name: null,
      serviceType: null,
      indexName: null,
      state: null,
      error: null,
      schedules: {},
      lastScheduledAt: {},
      lastSync: { content: { status: null, error: null }, access_control: { status: null, error: null } },
    });
  });
});
