import type { SourceUsage } from "./ports.ts";

/** What became of one object's records, or of the files. source = extracted = written + unchanged + filtered + refused, when all went well. */
export interface ObjectCounts {
  /** The source's own count. */
  source: number;
  extracted: number;
  written: number;
  unchanged: number;
  /** Kept out by sync rules. */
  filtered: number;
  /** Not taken by Elasticsearch. */
  refused: number;
  /** Documents of records that have gone, removed from the index. */
  deleted: number;
}

/** A document that Elasticsearch did not take. */
export interface Refusal {
  id: string;
  /** Elasticsearch's reason, without the value that it did not like. */
  reason: string;
}

/** The report of one run; docs/operations.md explains it to operators. */
export interface RunReport {
  job_id: string;
  connector_id: string;
  index_name: string;
  type: "full" | "incremental" | "access_control";
  status: "completed" | "error" | "canceled";
  started_at: string;
  completed_at: string;
  /** By object, and `files`. */
  objects: Record<string, ObjectCounts>;
  /** The first refusals of each object, by object. */
  refusals: Record<string, Refusal[]>;
  salesforce_calls: number;
  bytes_read: number;
  /** Bytes of the documents that were written. */
  bytes_written: number;
  peak_rss_bytes: number;
  warnings: string[];
  error: string | null;
}

/** Seven zeros. */
function noCounts(): ObjectCounts {
  return { source: 0, extracted: 0, written: 0, unchanged: 0, filtered: 0, refused: 0, deleted: 0 };
}

/** The counts of a run in the making. */
export class SyncStatistics {
  readonly objects = new Map<string, ObjectCounts>();
  readonly refusals = new Map<string, Refusal[]>();
  readonly warnings: string[] = [];
  bytesWritten = 0;
  readonly #refusalsKept: number;

  /** Keeps the first `refusalsKept` refusals of each object with their reasons. */
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

  /** Counts a document that was written. */
  write(name: string, bytes: number): void {
    this.of(name).written++;
    this.bytesWritten += bytes;
  }

  /** Counts a document that was not taken. */
  refuse(name: string, refusal: Refusal): void {
    this.of(name).refused++;
    this.note(name, refusal);
  }

  /** Keeps what Elasticsearch did not do, without counting a document as refused: a delete concerns none that was extracted. */
  note(name: string, refusal: Refusal): void {
    const kept = this.refusals.get(name) ?? [];
    if (kept.length < this.#refusalsKept) this.refusals.set(name, [...kept, refusal]);
  }

  /** Says something once. */
  warn(...texts: readonly string[]): void {
    for (const text of texts) if (!this.warnings.includes(text)) this.warnings.push(text);
  }
}

/** What a report says beside the statistics. */
export interface RunFacts extends Pick<
  RunReport,
  "job_id" | "connector_id" | "index_name" | "type" | "status" | "error"
> {
  startedAt: number;
  completedAt: number;
  usage: SourceUsage;
  peakRssBytes: number;
}

/** The finished report. */
export function toReport(
  statistics: SyncStatistics,
  { startedAt, completedAt, usage, peakRssBytes, ...facts }: RunFacts,
): RunReport {
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
    salesforce_calls: usage.calls,
    bytes_read: usage.bytesRead,
    bytes_written: statistics.bytesWritten,
    peak_rss_bytes: peakRssBytes,
    warnings: statistics.warnings,
    error: facts.error,
  };
}
