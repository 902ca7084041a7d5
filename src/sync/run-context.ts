import type { Clock } from "../core/clock.ts";
import type { Logger } from "../core/logger.ts";
import type { LinkedFiles } from "./linked-files.ts";
import type { DocumentIndex, PreparedIndex, Source, TextExtractor } from "./ports.ts";
import type { ObjectCounts, SyncStatistics } from "./report.ts";
import type { RuleFilter } from "./rule-filter.ts";

/** Told while a run goes on: what was done of an object, or of `files`. */
export type ProgressListener = (name: string, counts: Readonly<ObjectCounts>, finished: boolean) => void;

/** How files become text. */
export interface FileSettings {
  /** Whether any text is extracted. */
  extractText: boolean;
  /** Bytes up to which the ingest pipeline extracts. */
  pipelineMaxBytes: number;
  /** Extracts what is larger, or everything, where it is configured. */
  extractor?: TextExtractor;
  /** Whether small files go to the extractor as well. */
  extractorTakesAll: boolean;
  concurrentDownloads: number;
  /** Bytes of file content held in memory at once. */
  memoryBytes: number;
}

/** What the stages of a run share. */
export interface RunContext {
  source: Source;
  index: DocumentIndex;
  prepared: PreparedIndex;
  /** What the index held of each object type when the run began. */
  indexed: ReadonlyMap<string, number>;
  files: LinkedFiles;
  rules: RuleFilter;
  statistics: SyncStatistics;
  clock: Clock;
  log: Logger;
  signal: AbortSignal;
  progress: ProgressListener;
}
