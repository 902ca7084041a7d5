import type { JobType } from "../connector/capabilities.ts";
import type { Cursors, SourceCounts } from "../connector/stored-connector.ts";
import type { SourceUsage } from "./ports.ts";

/** Counts of one object's records, or of the files. After a complete run: source = extracted = written + unchanged + filtered + refused. */
export interface ObjectCounts {
  /** The source's own count. */
  source: number;
  extracted: number;
  written: number;
  unchanged: number;
  /** Excluded by sync rules. */
  filtered: number;
  /** Refused by Elasticsearch, or too large to be read. */
  refused: number;
  /** Documents deleted from the index, because their records no longer exist. */
  deleted: number;
}

/** A document that Elasticsearch refused, or a record that is too large. */
export interface RefusedDocument {
  id: string;
  /** Elasticsearch's reason, without the refused value; or the limit that the record exceeds. */
  reason: string;
}

/** Deletes that the brake against mass deletes held back. */
export interface HeldDeletes {
  object: string;
  /** Whether the object's own documents stay in the index, or its files and their `related_ids`. */
  of: "records" | "files";
  /** Salesforce's count at the last sync that deleted; at the first sync, the documents in the index. */
  before: number;
  /** Salesforce's count in this run. */
  now: number;
  /** The documents, or attachments of files, that would be removed. */
  held: number;
}

/** The report of one run; docs/operations.md explains it. */
export interface RunReport {
  job_id: string;
  connector_id: string;
  index_name: string;
  type: JobType;
  status: "completed" | "error" | "canceled";
  started_at: string;
  completed_at: string;
  /** By object, and `files`. */
  objects: Record<string, ObjectCounts>;
  /** The first refused documents of each object. */
  refusals: Record<string, RefusedDocument[]>;
  /** The objects that were read completely, with Salesforce's time at which their reading began. */
  cursors: Cursors;
  held_deletes: HeldDeletes[];
  /** The counts to compare the next run with. */
  source_counts: SourceCounts;
  /** When the first permission set assignment that identities rest on expires. Missing if the sync did not complete identities. */
  permissions_expire_at?: string | null | undefined;
  salesforce_calls: number;
  bytes_read: number;
  /** Bytes of the documents that were written. */
  bytes_written: number;
  peak_rss_bytes: number;
  warnings: string[];
  error: string | null;
}

function noCounts(): ObjectCounts {
  return { source: 0, extracted: 0, written: 0, unchanged: 0, filtered: 0, refused: 0, deleted: 0 };
}

/** Collects the counts of a run in progress. */
export class SyncStatistics {
  readonly objects = new Map<string, ObjectCounts>();
  readonly refusals = new Map<string, RefusedDocument[]>();
  readonly cursors = new Map<string, string>();
  readonly held: HeldDeletes[] = [];
  sourceCounts: SourceCounts = {};
  /** Set once identities are complete; `null` if no permission set assignment expires. */
  permissionsExpireAt: number | null | undefined;
  readonly warnings: string[] = [];
  bytesWritten = 0;
  readonly #refusalsKept: number;

  /** Keeps the first `refusalsKept` refused documents of each object. */
  constructor(refusalsKept: number) {
    this.#refusalsKept = refusalsKept;
  }

  /** The counts of one object, or of `files`. */
  of(name: string): ObjectCounts {
    let counts = this.objects.get(name);
    if (!counts) {
      counts = noCounts();
      this.objects.set(name, counts);
    }
    return counts;
  }

  /** Keeps a refused write for the report. Refused deletes are not counted: they concern no extracted record. */
  keepRefusal(name: string, refusal: RefusedDocument): void {
    const kept = this.refusals.get(name) ?? [];
    if (kept.length < this.#refusalsKept) this.refusals.set(name, [...kept, refusal]);
  }

  /** Adds warnings, each text once. */
  warn(...texts: readonly string[]): void {
    for (const text of texts) if (!this.warnings.includes(text)) this.warnings.push(text);
  }
}

/** The parts of a report that are not statistics. */
export interface RunFacts extends Pick<
  RunReport,
  "job_id" | "connector_id" | "index_name" | "type" | "status" | "error"
> {
  startedAt: number;
  completedAt: number;
  usage: SourceUsage;
  peakRssBytes: number;
}

/** Creates the report of a finished run. */
export function toReport(
  statistics: SyncStatistics,
  { startedAt, completedAt, usage, peakRssBytes, ...facts }: RunFacts,
): RunReport {
  const { permissionsExpireAt } = statistics;
  return {
    job_id: facts.job_id,
    connector_id: facts.connector_id,
    index_name: facts.index_name,
    type: facts.type,
    status: facts.status,
    started_at: new Date(startedAt).toISOString(),
    completed_at: new Date(completedAt).toISOString(),
    objects: Object.fromEntries(statistics.objects),
    refusals: Object.fromEntries(statistics.refusals),
    cursors: Object.fromEntries(statistics.cursors),
    held_deletes: statistics.held,
    source_counts: statistics.sourceCounts,
    permissions_expire_at:
      typeof permissionsExpireAt === "number" ? new Date(permissionsExpireAt).toISOString() : permissionsExpireAt,
    salesforce_calls: usage.calls,
    bytes_read: usage.bytesRead,
    bytes_written: statistics.bytesWritten,
    peak_rss_bytes: peakRssBytes,
    warnings: statistics.warnings,
    error: facts.error,
  };
}
