import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jobTypes, type JobType } from "../../connector/capabilities.ts";
import {
  connectorStatuses,
  jobStatuses,
  type ConnectorChange,
  type SourceCount,
  type StoredConnector,
} from "../../connector/stored-connector.ts";
import type { JsonObject } from "../../core/json.ts";
import { newConnectorDocument, readConnector, writeConnectorChange } from "./connector-document.ts";
import { protocolFeatures } from "./described-fields.ts";
import { mergeObjects } from "./protocol-documents.ts";

const at = Date.parse("2026-03-01T12:00:00Z");
const revision = { seqNo: 3, primaryTerm: 1 };

/** A document after a change, as Elasticsearch would store it. */
function changed(source: JsonObject, change: ConnectorChange): JsonObject {
  const { merged, replace } = writeConnectorChange(change, at);
  const document = mergeObjects(source, merged);
  return { ...document, ...replace?.(document) };
}

function read(source: JsonObject): StoredConnector {
  return readConnector({ id: "one", revision, source });
}

const instant = fc.integer({ min: 0, max: at * 2 });
const type = fc.constantFrom<JobType[]>(...jobTypes);
const schedule = fc.record({ enabled: fc.boolean(), expression: fc.string() });
const shortText = fc.string({ maxLength: 20 });
const basic = { id: "r", policy: "exclude", field: "Name", rule: "equals", value: "A", order: 0 } as const;

const anyChange: fc.Arbitrary<ConnectorChange> = fc.record(
  {
    status: fc.constantFrom(...connectorStatuses),
    error: fc.option(shortText),
    serviceType: shortText,
    indexName: shortText,
    name: shortText,
    configuration: fc.constantFrom({ domain: "acme" }, { sync_files: false, max_file_size: 20 }),
    rules: fc.constantFrom({ basic: [basic], advanced: [] }, { basic: [], advanced: [] }),
    pipeline: fc.record({
      name: fc.constantFrom("one", "two"),
      extractBinaryContent: fc.boolean(),
      reduceWhitespace: fc.boolean(),
      runMlInference: fc.boolean(),
    }),
    schedules: fc.record({ full: schedule, incremental: schedule, access_control: schedule }, { requiredKeys: [] }),
    lastSeenAt: instant,
    lastScheduledAt: fc.record({ type, at: instant }),
    lastSync: fc.record({
      group: fc.constantFrom("content" as const, "access_control" as const),
      status: fc.option(fc.constantFrom(...jobStatuses)),
      error: fc.option(shortText),
    }),
    cursors: fc.constantFrom<Record<string, string | null>>(
      { Account: "2026-03-01T12:00:00.000Z" },
      { Account: null, Lead: "2026-03-01T12:00:00.000Z" },
    ),
    counts: fc.constantFrom<Record<string, SourceCount | null>>(
      { Account: { selection: "all", records: 7, links: 2 } },
      { Account: { selection: "rule", records: 0 } },
      { Account: null, Lead: { selection: "all" } },
    ),
    permissionsExpireAt: fc.option(instant),
  },
  { requiredKeys: [] },
);

describe("a connector's document", () => {
  it("contains the change, and everything else stays", () => {
    fc.assert(
      fc.property(anyChange, anyChange, (earlier, change) => {
        const source = newConnectorDocument(earlier, at);
        const before = read(source);

        const after = read(changed(source, change));

        const { lastScheduledAt, lastSync, schedules, configuration, rules, cursors, counts, ...others } = change;
        const { permissionsExpireAt = before.permissionsExpireAt, ...rest } = others;
        expect(after).toEqual({
          ...before,
          ...rest,
          configuration: { ...before.configuration, ...configuration },
          ...(rules && {
            rules: { ...rules, problems: [] },
            draft: { edited: false, rules: { ...rules, problems: [] } },
          }),
          cursors: withoutNulls<string>({ ...before.cursors, ...cursors }),
          counts: withoutNulls<SourceCount>({ ...before.counts, ...counts }),
          permissionsExpireAt: permissionsExpireAt ?? undefined,
          schedules: { ...before.schedules, ...schedules },
          lastScheduledAt: {
            ...before.lastScheduledAt,
            ...(lastScheduledAt && { [lastScheduledAt.type]: lastScheduledAt.at }),
          },
          lastSync: {
            ...before.lastSync,
            ...(lastSync && { [lastSync.group]: { status: lastSync.status, error: lastSync.error } }),
          },
        });
      }),
    );
  });

  it("is not changed by an empty change", () => {
    expect(writeConnectorChange({}, at)).toEqual({ merged: {} });
  });

  it("is described completely when it is new", () => {
    expect(read(newConnectorDocument({}, at))).toMatchObject({ isDescribed: true, hasFields: true });
  });

  it("gets missing descriptions and this version's features, and keeps every value", () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const properties = fc.dictionary(fc.constantFrom("label", "type", "options", "depends_on"), fc.jsonValue());
    const field = fc.tuple(properties, fc.option(value, { nil: undefined })).map(([described, set]): JsonObject => ({
      ...(described as JsonObject),
      ...(set === undefined ? {} : { value: set }),
    }));
    const configuration = fc.dictionary(fc.constantFrom("domain", "max_file_size", "colour"), field);
    const features = fc.oneof(fc.constant(null), fc.constant(protocolFeatures), fc.jsonValue());
    fc.assert(
      fc.property(fc.oneof(configuration, fc.jsonValue()), features, (stored, had) => {
        const source = { configuration: stored, features: had } as JsonObject;

        const after = changed(source, { describe: true });

        expect(read(after)).toMatchObject({ isDescribed: true, hasFields: true });
        expect(after["features"]).toEqual(protocolFeatures);
        for (const entry of valuesOf(stored)) expect(valuesOf(after["configuration"])).toContainEqual(entry);
      }),
      { numRuns: 100 },
    );
  });

  it("ignores the cursors of other connectors", () => {
    expect(read({ sync_cursor: { site: "2026" } }).cursors).toEqual({});
    expect(read({ sync_cursor: { objects: { Account: "2026-03-01T12:00:00.000Z", Lead: 7 } } }).cursors).toEqual({
      Account: "2026-03-01T12:00:00.000Z",
    });
  });

  it("records a sync with the values of the protocol", () => {
    const change: ConnectorChange = {
      lastSync: { group: "content", status: "error", error: "no" },
      lastScheduledAt: { type: "access_control", at },
      synced: { at, indexed: 5, deleted: 1 },
    };

    expect(writeConnectorChange(change, at).merged).toEqual({
      last_sync_status: "error",
      last_sync_error: "no",
      last_access_control_sync_scheduled_at: "2026-03-01T12:00:00.000Z",
      last_synced: "2026-03-01T12:00:00.000Z",
      last_indexed_document_count: 5,
      last_deleted_document_count: 1,
    });
  });

  it("can be read in any form: values of the wrong type are missing or reported", () => {
    const keys = Object.keys(newConnectorDocument({}, at)).concat(
      ["error", "pipeline", "service_type", "index_name", "last_seen", "last_sync_status"],
      ["last_sync_error", "last_sync_scheduled_at", "last_access_control_sync_status", "sync_cursor"],
    );
    const odd = fc.record(Object.fromEntries(keys.map((key) => [key, fc.jsonValue({ maxDepth: 2 })])), {
      requiredKeys: [],
    });
    fc.assert(
      fc.property(odd, (source) => {
        const { status, error, serviceType, schedules, lastSync, lastSeenAt, lastScheduledAt } = read(source);

        expect([null, ...connectorStatuses]).toContain(status);
        expect([null, ...jobStatuses]).toContain(lastSync.content.status);
        for (const text of [error, serviceType, lastSync.content.error]) expect(text ?? "").toBeTypeOf("string");
        for (const ms of [lastSeenAt, lastScheduledAt.full]) expect(ms ?? 0).toBeTypeOf("number");
        for (const { enabled, expression } of Object.values(schedules).filter((found) => found !== undefined))
          expect([typeof enabled, typeof expression]).toEqual(["boolean", "string"]);
      }),
    );
  });

  it("reports configuration values of the wrong type", () => {
    const configuration = { domain: { value: { host: "acme" } }, client_id: { value: "id" } };

    expect(read({ configuration })).toMatchObject({
      configuration: { client_id: "id" },
      configurationProblems: [{ field: "domain" }],
    });
  });

  it("has defaults if it is empty", () => {
    expect(read({})).toEqual({
      id: "one",
      revision,
      name: null,
      serviceType: null,
      indexName: null,
      status: null,
      error: null,
      configuration: {},
      configurationProblems: [],
      hasFields: false,
      isDescribed: false,
      rules: { basic: [], advanced: [], problems: [] },
      pipeline: { extractBinaryContent: true, reduceWhitespace: true, runMlInference: true },
      schedules: {},
      lastScheduledAt: {},
      lastSync: { content: { status: null, error: null }, access_control: { status: null, error: null } },
      cursors: {},
      counts: {},
    });
  });
});

function withoutNulls<Value>(changes: Record<string, Value | null>): Record<string, Value | null> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== null));
}

/** The fields that are objects with a value, by key. */
function valuesOf(configuration: unknown): [string, unknown][] {
  if (typeof configuration !== "object" || configuration === null || Array.isArray(configuration)) return [];
  return Object.entries(configuration).flatMap(([key, field]: [string, unknown]) =>
    typeof field === "object" && field !== null && !Array.isArray(field) && "value" in field
      ? [[key, field.value] as [string, unknown]]
      : [],
  );
}
