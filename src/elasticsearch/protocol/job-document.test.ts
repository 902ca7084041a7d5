import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jobTypes } from "../../connector/capabilities.ts";
import { jobStatuses } from "../../connector/stored-connector.ts";
import type { JsonObject } from "../../core/json.ts";
import type { JobChange, NewJob, StoredJob } from "../../jobs/job-store.ts";
import { newJobDocument, readJob, writeJobChange } from "./job-document.ts";
import { mergeObjects, type StoredDocument } from "./protocol-documents.ts";

const at = Date.parse("2026-03-01T12:00:00Z");
const revision = { seqNo: 3, primaryTerm: 1 };

const active = { advanced_snippet: { value: {} }, rules: [], validation: { state: "valid", errors: [] } };
const connector: StoredDocument = {
  id: "one",
  revision,
  source: {
    index_name: "search-acme",
    service_type: "salesforce",
    configuration: { domain: { label: "Domain", value: "acme" } },
    filtering: [{ domain: "DEFAULT", active, draft: { ...active, rules: ["edited"] } }],
    pipeline: { name: "p" },
  },
};

function newJob(change: Partial<NewJob> = {}): NewJob {
  return { id: "job", connectorId: "one", type: "full", trigger: "scheduled", at, ...change };
}

function read(source: JsonObject): StoredJob | undefined {
  return readJob({ id: "job", revision, source });
}

describe("a new job's document", () => {
  it("contains a snapshot of its connector, and counts of zero", () => {
    expect(newJobDocument(newJob(), connector)).toEqual({
      connector: {
        id: "one",
        index_name: "search-acme",
        service_type: "salesforce",
        configuration: { domain: { label: "Domain", value: "acme" } },
        filtering: active,
        pipeline: { name: "p" },
      },
      created_at: "2026-03-01T12:00:00.000Z",
      last_seen: "2026-03-01T12:00:00.000Z",
      job_type: "full",
      trigger_method: "scheduled",
      status: "pending",
      indexed_document_count: 0,
      indexed_document_volume: 0,
      deleted_document_count: 0,
      total_document_count: 0,
      metadata: {},
    });
  });

  it("remembers that its run may delete any number of documents", () => {
    const allowed = [true, false].map((allowDeletes) => read(newJobDocument(newJob({ allowDeletes }), connector)));

    expect(allowed.map((job) => job?.allowDeletes)).toEqual([true, false]);
  });

  it("of access control names the index of identities", () => {
    expect(newJobDocument(newJob({ type: "access_control" }), connector)).toMatchObject({
      connector: { index_name: ".search-acl-filter-search-acme" },
    });
  });

  it("omits members that the connector lacks", () => {
    const bare = { id: "bare", revision, source: { configuration: "broken", pipeline: [] } };

    expect(newJobDocument(newJob(), bare)["connector"]).toEqual({ id: "bare", configuration: {} });
  });

  it("is read as the requested job", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...jobTypes),
        fc.constantFrom("on_demand" as const, "scheduled" as const),
        (type, trigger) => {
          const found = read(newJobDocument(newJob({ type, trigger }), connector));

          expect(found).toMatchObject({ type, trigger, status: "pending", createdAt: at, lastSeenAt: at, total: 0 });
          expect(found?.snapshot).toMatchObject({
            connectorId: "one",
            configuration: { domain: "acme" },
            rules: { basic: [], advanced: [], problems: [] },
            pipeline: { name: "p" },
          });
        },
      ),
    );
  });
});

describe("a job's document", () => {
  const instant = fc.integer({ min: 0, max: at * 2 });
  const anyChange: fc.Arbitrary<JobChange> = fc.record(
    {
      status: fc.constantFrom(...jobStatuses),
      error: fc.option(fc.string({ maxLength: 20 })),
      startedAt: instant,
      completedAt: instant,
      lastSeenAt: instant,
      workerHostname: fc.string({ maxLength: 20 }),
      indexed: fc.nat(),
      deleted: fc.nat(),
      total: fc.nat(),
      metadata: fc.constantFrom<JsonObject>({}, { cursor: "a" }, { other: { deep: 1 } }),
    },
    { requiredKeys: [] },
  );

  it("has the changed values after a change, and keeps the others", () => {
    fc.assert(
      fc.property(anyChange, anyChange, (earlier, change) => {
        const after = (source: JsonObject, made: JobChange): JsonObject => {
          const { merged, replace } = writeJobChange(made);
          return { ...mergeObjects(source, merged), ...replace?.(source) };
        };
        const source = after(newJobDocument(newJob(), connector), earlier);

        expect(read(after(source, change))).toEqual({ ...read(source), ...change });
      }),
    );
  });

  it("uses the protocol's names, and mebibytes for bytes", () => {
    const change = { cancelationRequestedAt: at, canceledAt: at, volume: 1.5 * 1024 * 1024 };

    expect(writeJobChange(change)).toEqual({
      merged: {
        cancelation_requested_at: "2026-03-01T12:00:00.000Z",
        canceled_at: "2026-03-01T12:00:00.000Z",
        indexed_document_volume: 2,
      },
    });
  });

  it.each([
    ["one object", active],
    ["a list of one", [active]],
  ])("may contain the rules as %s", (_, filtering) => {
    expect(read({ status: "pending", connector: { id: "one", filtering } })?.snapshot?.rules).toEqual({
      basic: [],
      advanced: [],
      problems: [],
    });
  });

  it.each([undefined, null, "one", {}, { id: 7 }, { id: "" }])("with %j as connector has no connector", (value) => {
    expect(read({ status: "pending", connector: value })).toMatchObject({ status: "pending", snapshot: undefined });
  });

  it("without a type is a full sync", () => {
    expect(read({ status: "pending" })?.type).toBe("full");
    expect(read({ status: "pending", job_type: null })?.type).toBe("full");
  });

  it.each([{}, { status: "exploded" }, { status: 1 }, { status: "pending", job_type: "partial" }])(
    "%j is not a usable job",
    (source) => {
      expect(read(source as JsonObject)).toBeUndefined();
    },
  );

  it("can be read in any form; values of the wrong type are missing", () => {
    const keys = [
      "trigger_method",
      "connector",
      "created_at",
      "started_at",
      "worker_hostname",
      "error",
      "metadata",
    ].concat(["indexed_document_count", "total_document_count", "job_type"]);
    const odd = fc.record(Object.fromEntries(keys.map((key) => [key, fc.jsonValue({ maxDepth: 2 })])), {
      requiredKeys: [],
    });
    fc.assert(
      fc.property(odd, (source) => {
        const job = read({ ...source, status: "pending", job_type: "full" });

        expect(["on_demand", "scheduled"]).toContain(job?.trigger);
        expect(job?.createdAt ?? 0).toBeTypeOf("number");
        expect(job?.workerHostname ?? "").toBeTypeOf("string");
        expect(job?.indexed).toBeGreaterThanOrEqual(0);
        expect(job?.total ?? 0).toBeGreaterThanOrEqual(0);
        expect(job?.metadata).toBeTypeOf("object");
        expect(job?.snapshot?.connectorId ?? "").toBeTypeOf("string");
      }),
    );
  });
});
