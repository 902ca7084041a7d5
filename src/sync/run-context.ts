import type { BasicRule } from "../connector/rules/basic-rule.ts";
import type { SourceCounts } from "../connector/stored-connector.ts";
import type { Clock } from "../core/clock.ts";
import type { Logger } from "../core/logger.ts";
import type { AccessReading } from "./access/access-reading.ts";
import type { Security } from "./access/ports.ts";
import type { DocumentWriter } from "./document-writer.ts";
import type { LinkedFiles } from "./linked-files.ts";
import type { MassDeleteBrake, MassDeleteLimits } from "./mass-delete-brake.ts";
import type { DocumentIndex, IndexReader, PreparedIndex, Source, TextExtractor } from "./ports.ts";
import type { SyncStatistics } from "./report.ts";
import type { RuleFilter } from "./rule-filter.ts";
import type { EmitRunEvent, RunIdentity } from "./service-events.ts";

/** How the text of files is extracted. */
export interface FileSettings {
  /** Whether any text is extracted. */
  extractText: boolean;
  /** Bytes up to which the ingest pipeline extracts. */
  pipelineMaxBytes: number;
  /** The extraction service, if configured; it extracts larger files. */
  extractor?: TextExtractor;
  /** Whether the extraction service extracts small files too. */
  extractorTakesAll: boolean;
  concurrentDownloads: number;
  /** Bytes of file content held in memory at once. */
  memoryBytes: number;
}

/** A sync to run, with everything that it needs. */
export interface SyncRequest {
  run: RunIdentity;
  source: Source;
  index: DocumentIndex;
  /** Without it, documents carry no access fields. */
  security?: Security | undefined;
  files: FileSettings;
  /** Basic sync rules, in any order. */
  basicRules: readonly BasicRule[];
  massDeletes: MassDeleteLimits;
  /** What Salesforce counted in earlier syncs. */
  counts: SourceCounts;
  /** Objects that are read at the same time. */
  concurrentObjects: number;
  refusalsKept: number;
  clock: Clock;
  log: Logger;
  emit: EmitRunEvent;
  signal: AbortSignal;
  peakRssBytes: () => number;
}

/** Shared by the stages of a run. */
export interface RunContext {
  source: Source;
  index: IndexReader;
  writer: DocumentWriter;
  prepared: PreparedIndex;
  /** The object types in the index when the run began, with their number of documents. */
  indexedTypes: ReadonlyMap<string, number>;
  files: LinkedFiles;
  /** With document-level security: who may see each document. */
  access: AccessReading | undefined;
  rules: RuleFilter;
  brake: MassDeleteBrake;
  statistics: SyncStatistics;
  clock: Clock;
  log: Logger;
  emit: EmitRunEvent;
  signal: AbortSignal;
}
