import { ByteBudget } from "../core/byte-budget.ts";
import type { Clock } from "../core/clock.ts";
import { CanceledError, AppError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import { withRetry, type RetryPolicy } from "../core/retry.ts";
import type { FileContent, Source, SourceFile, TextState } from "./ports.ts";
import type { FileSettings } from "./run-context.ts";

/** How a file becomes text: by the ingest pipeline, by the extraction service, or not at all. */
export type ExtractionRoute = "pipeline" | "service" | "too_large" | "none";

/** What became of a file's content. */
export type FileText =
  | { state: Exclude<TextState, "done"> }
  /** For the ingest pipeline. */
  | { state: "done"; base64: string }
  | { state: "done"; text: string };

/** The bytes that one byte of a file costs while it is on its way: itself, its base64 form, and that in a request. */
const memoryPerByte = 4;

/** A download that breaks off after its first bytes is made again from its start. Opening it has retries of its own. */
const downloadPolicy: RetryPolicy = { attempts: 3, baseMs: 500, capMs: 5000, jitter: 0.3 };

/** Files in a row that an outage keeps from being fetched, before it is one of the source and not of the files. Each has had its retries. */
const maxFailedInRow = 20;

/** The weight of a file whose size the user may not see. */
const unknownSizeBytes = 1_048_576;

/** Gets files' content, so many at once and within a bound of memory. */
export class FileTexts {
  readonly #source: Source;
  readonly #settings: FileSettings;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #memory: ByteBudget;
  #failedInRow = 0;

  constructor({ source, settings, clock, log }: { source: Source; settings: FileSettings; clock: Clock; log: Logger }) {
    this.#source = source;
    this.#settings = settings;
    this.#clock = clock;
    this.#log = log;
    this.#memory = new ByteBudget(settings.memoryBytes);
  }

  /** Which way a file would take now. */
  route({ versionId, size }: SourceFile): ExtractionRoute {
    const { extractText, extractor, extractorTakesAll, pipelineMaxBytes } = this.#settings;
    if (!extractText || versionId === null || size === 0) return "none";
    if (extractor && (extractorTakesAll || (size ?? 0) > pipelineMaxBytes)) return "service";
    return (size ?? 0) > pipelineMaxBytes ? "too_large" : "pipeline";
  }

  /**
   * Fetches a file's content and calls `use` with it; its memory counts as taken until that is done. A file that cannot be had is
   * `failed`: it is indexed without its text, and the next sync tries again. What keeps every other file from being had is thrown.
   */
  async fetch(file: SourceFile, signal: AbortSignal, use: (text: FileText) => Promise<void>): Promise<void> {
    const route = this.route(file);
    if (route === "none" || route === "too_large" || file.versionId === null) {
      await use({ state: route === "too_large" ? "too_large" : "none" });
      return;
    }
    const weight = route === "pipeline" ? (file.size ?? unknownSizeBytes) * memoryPerByte : unknownSizeBytes;
    const release = await this.#memory.acquire(weight, signal);
    try {
      await use(await this.#read(file, { versionId: file.versionId, route, signal }));
    } finally {
      release();
    }
  }

  async #read(
    file: SourceFile,
    { versionId, route, signal }: { versionId: string; route: "pipeline" | "service"; signal: AbortSignal },
  ): Promise<FileText> {
    try {
      const text = await withRetry(downloadPolicy, { clock: this.#clock, signal }, () =>
        this.#readOnce(file, { versionId, route, signal }),
      );
      this.#failedInRow = 0;
      return text;
    } catch (error) {
      if (error instanceof CanceledError || !(error instanceof AppError)) throw error;
      this.#throwIfGeneral(error);
      this.#log.warn("file content could not be fetched", { file_id: file.id, version_id: versionId, error });
      return { state: "failed" };
    }
  }

  /** An org that is down, or allows no more calls, is not asked for file after file. */
  #throwIfGeneral(error: AppError): void {
    if (error.retryable) this.#failedInRow++;
    if (error.concernsAll || this.#failedInRow > maxFailedInRow) throw error;
  }

  async #readOnce(
    file: SourceFile,
    { versionId, route, signal }: { versionId: string; route: "pipeline" | "service"; signal: AbortSignal },
  ): Promise<FileText> {
    const content = await this.#source.openFile(versionId, signal);
    try {
      if (route === "service" && this.#settings.extractor) {
        return { state: "done", text: await this.#settings.extractor.extract(file, content, signal) };
      }
      return await this.#readForPipeline(content, file);
    } catch (error) {
      content.discard();
      throw error;
    }
  }

  async #readForPipeline(content: FileContent, { size }: SourceFile): Promise<FileText> {
    const max = this.#settings.pipelineMaxBytes;
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of content.chunks) {
      length += chunk.length;
      // The size may be hidden from the user, or have changed with a newer version.
      if (length > max) {
        content.discard();
        return { state: "too_large" };
      }
      chunks.push(chunk);
    }
    if (size === null && length === 0) return { state: "none" };
    return { state: "done", base64: Buffer.concat(chunks, length).toString("base64") };
  }
}
