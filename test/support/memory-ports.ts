import type { BasicRule } from "../../src/connector/rules/basic-rule.ts";
import type { SourceCounts } from "../../src/connector/stored-connector.ts";
import { systemClock, type Clock } from "../../src/core/clock.ts";
import { AppError } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { silentLogger } from "../../src/core/logger.ts";
import type { MassDeleteLimits } from "../../src/sync/mass-delete-brake.ts";
import type {
  DocumentIndex,
  FileContent,
  IndexedDocument,
  PreparedIndex,
  RecordPage,
  Source,
  SourceFile,
  SourceObject,
  SourcePlan,
  SourceRecord,
  TextState,
  WriteOperation,
} from "../../src/sync/ports.ts";
import type { ObjectCounts, RunReport } from "../../src/sync/report.ts";
import type { FileSettings } from "../../src/sync/run-context.ts";
import type { EmitRunEvent } from "../../src/sync/service-events.ts";
import { runFullSync } from "../../src/sync/run-full-sync.ts";

// In-memory ports of a sync, with injected failures.

/** The time of planning, by the source's clock. */
export const planTime = "2026-03-01T12:00:00.000Z";

/** An outage of the source. */
export class OutageError extends AppError {
  override readonly code = "outage";
}

/** An index in memory. It refuses the ids in `refuse`. */
export class MemoryIndex implements DocumentIndex {
  readonly stored = new Map<string, JsonObject>();
  readonly operations: string[] = [];
  refuse = new Set<string>();
  prepared: PreparedIndex = { overflow: new Map(), mappingVersion: new Map(), warnings: [] };

  prepare(): Promise<PreparedIndex> {
    return Promise.resolve(this.prepared);
  }

  prepareAccess(): Promise<string> {
    return Promise.resolve("_allow_access_control");
  }

  objectTypes(): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const document of this.stored.values()) {
      const type = document["object_type"] as string;
      counts.set(type, (counts.get(type) ?? 0) + 1);
    }
    return Promise.resolve(counts);
  }

  async *documents(objectType: string): AsyncGenerator<IndexedDocument[]> {
    const found = [...this.stored].filter(([, document]) => document["object_type"] === objectType);
    yield await Promise.resolve(found.map(([id, document]) => toIndexed(id, document)));
  }

  async *documentsById(ids: readonly string[]): AsyncGenerator<IndexedDocument[]> {
    const found = ids.flatMap((id) => {
      const document = this.stored.get(id);
      return document ? [toIndexed(id, document)] : [];
    });
    yield await Promise.resolve(found);
  }

  relatedIds(ids: readonly string[]): Promise<Map<string, string[]>> {
    return Promise.resolve(new Map(ids.map((id) => [id, (this.stored.get(id)?.["related_ids"] ?? []) as string[]])));
  }

  sampleId(objectType: string): Promise<string | undefined> {
    return Promise.resolve([...this.stored].find(([, document]) => document["object_type"] === objectType)?.[0]);
  }

  write({ kind, id, body, acknowledged }: WriteOperation): Promise<void> {
    this.operations.push(`${kind} ${id}`);
    if (this.refuse.has(id)) {
      acknowledged({ written: false, reason: "refused by the test" });
      return Promise.resolve();
    }
    const document = body.length === 0 ? {} : (JSON.parse(body.toString()) as JsonObject);
    if (kind === "delete") this.stored.delete(id);
    else if (kind === "index") this.stored.set(id, document);
    else this.stored.set(id, { ...this.stored.get(id), ...document });
    acknowledged({ written: true });
    return Promise.resolve();
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  refresh(): Promise<void> {
    return Promise.resolve();
  }
}

function toIndexed(id: string, document: JsonObject): IndexedDocument {
  const text = (key: string): string | null => (typeof document[key] === "string" ? document[key] : null);
  return {
    id,
    fingerprint: text("_fingerprint"),
    accessHash: text("_access_hash"),
    versionId: text("_version_id"),
    textState: text("_text_state") as TextState | null,
  };
}

/** An org in memory. */
export class MemorySource implements Source {
  readonly usage = { calls: 0, bytesRead: 0 };
  objects: Record<string, SourceRecord[]> = {};
  unreadable: string[] = [];
  failing = new Set<string>();
  /** Records that the source counts and does not return. */
  missing = 0;
  /** The ids of records that are too large, by object. */
  tooLarge: Record<string, string[]> = {};
  /** Identifies the sync rules of all objects. */
  selection = "all";
  /** By object. */
  idPrefixes: Record<string, string> = {};
  /** Plans files. */
  files = true;
  contents = new Map<string, string>();
  opened: string[] = [];
  /** The error of every download. */
  fileError: Error | undefined;

  plan(): Promise<SourcePlan> {
    const objects = Object.keys(this.objects).map((name): SourceObject => {
      const object: SourceObject = {
        name,
        schema: [],
        selection: this.selection,
        idPrefix: this.idPrefixes[name],
        canReadChanges: false,
        permissionFields: [],
        withoutFields: () => Promise.resolve(object),
        pages: () => this.#pages(name),
      };
      return object;
    });
    return Promise.resolve({
      asOf: planTime,
      objects,
      unreadable: this.unreadable.map((name) => ({ name, reason: "hidden" })),
      files: this.files,
      warnings: [],
    });
  }

  async *#pages(name: string): AsyncGenerator<RecordPage> {
    const records = this.objects[name] ?? [];
    const refused = (this.tooLarge[name] ?? []).map((id) => ({ id, reason: "too large" }));
    const total = records.length + refused.length + this.missing;
    for (let start = 0; start < Math.max(records.length, 1); start += 2) {
      if (start > 0 && this.failing.has(name)) throw new OutageError(`${name} broke off.`);
      const page = { records: records.slice(start, start + 2), total, ...(start === 0 ? { refused } : {}) };
      yield await Promise.resolve(page);
    }
  }

  openFile(versionId: string): Promise<FileContent> {
    this.opened.push(versionId);
    if (this.fileError) return Promise.reject(this.fileError);
    const content = this.contents.get(versionId);
    if (content === undefined) return Promise.reject(new OutageError("no such version"));
    return Promise.resolve({ size: content.length, chunks: chunksOf(content), discard: () => undefined });
  }

  urlOf(id: string): string {
    return `https://acme.my.salesforce.com/${id}`;
  }
}

async function* chunksOf(content: string): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from(content));
}

/** A record of the source. */
export function record(id: string, fields: JsonObject = {}, files: SourceFile[] = []): SourceRecord {
  return {
    id,
    title: id,
    timestamp: "2026-01-01T00:00:00.000Z",
    files,
    fields: { Id: id, ...fields },
    json: Buffer.from(JSON.stringify({ Id: id, ...fields })),
  };
}

/** A file of the source, of five bytes. */
export function file(id: string, changes: Partial<SourceFile> = {}): SourceFile {
  const nobody = {
    description: null,
    createdBy: null,
    createdByEmail: null,
    owner: null,
    ownerEmail: null,
    createdAt: null,
    lastUpdated: null,
    timestamp: null,
  };
  return {
    id,
    name: `${id}.txt`,
    extension: "txt",
    size: 5,
    versionId: `${id}v1`,
    versionNumber: "1",
    versionUrl: null,
    ...nobody,
    ...changes,
  };
}

/** Files of up to ten bytes become text. */
export const fileSettings: FileSettings = {
  extractText: true,
  pipelineMaxBytes: 10,
  extractorTakesAll: false,
  concurrentDownloads: 2,
  memoryBytes: 1000,
};

/** Runs a full sync between both. */
export function sync(
  source: MemorySource,
  index: MemoryIndex,
  {
    signal = new AbortController().signal,
    files = fileSettings,
    basicRules = [],
    massDeletes = { allowed: false, percent: 20, documents: 500 },
    counts = {},
    clock = systemClock,
    emit = () => undefined,
  }: {
    signal?: AbortSignal;
    files?: FileSettings;
    basicRules?: readonly BasicRule[];
    massDeletes?: MassDeleteLimits;
    counts?: SourceCounts;
    clock?: Clock;
    emit?: EmitRunEvent;
  } = {},
): Promise<RunReport> {
  return runFullSync({
    run: { jobId: "job", connectorId: "connector", indexName: "index", type: "full" },
    source,
    index,
    files,
    basicRules,
    massDeletes,
    counts,
    concurrentObjects: 2,
    refusalsKept: 2,
    clock,
    log: silentLogger,
    signal,
    emit,
    peakRssBytes: () => 1,
  });
}

/** Counts of zero. */
export const zeros: ObjectCounts = {
  source: 0,
  extracted: 0,
  written: 0,
  unchanged: 0,
  filtered: 0,
  refused: 0,
  deleted: 0,
};
