import { ByteBudget } from "../core/byte-budget.ts";
import type { Clock } from "../core/clock.ts";
import { AppError, CanceledError, toError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import { withRetry, type RetryPolicy } from "../core/retry.ts";
import type { FileContent, Source, SourceFile, TextState } from "./ports.ts";
import type { FileSettings } from "./run-context.ts";

/** How a file's text is extracted: by the ingest pipeline, by the extraction service, or not at all. */
export type ExtractionRoute = "pipeline" | "service" | "too_large" | "none";

/** The result of fetching a file's content. */
export type FileText =
  | { state: Exclude<TextState, "done"> }
  /** For the ingest pipeline. */
  | { state: "done"; base64: string }
  | { state: "done"; text: string };

/** Bytes of memory for one byte of a file: the content, its base64 form, and the base64 form in a request. */
const memoryPerByte = 4;

/** Retries downloads that break off after their first bytes. Opening a download has its own retries. */
const downloadPolicy: RetryPolicy = { attempts: 3, baseMs: 500, capMs: 5000, jitter: 0.3 };

/** Consecutive failed files, each after its retries, before the failure is blamed on Salesforce instead of the files. */
const maxFailedInRow = 20;

/** Assumed for a file whose size the user cannot see. */
const unknownSizeBytes = 1_048_576;

/** The content of a file is not as long as Salesforce says, such as the page of a proxy in its place. */
class FileContentError extends AppError {
  override readonly code = "file_content";
}

/** Fetches the content of files within a memory budget. */
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

  /** How the file's text would be extracted now. */
  route({ versionId, size }: SourceFile): ExtractionRoute {
    const { extractText, extractor, extractorTakesAll, pipelineMaxBytes } = this.#settings;
    if (!extractText || versionId === null || size === 0) return "none";
    if (extractor && (extractorTakesAll || (size ?? 0) > pipelineMaxBytes)) return "service";
    return (size ?? 0) > pipelineMaxBytes ? "too_large" : "pipeline";
  }

  /**
   * Fetches a file's content and calls `use` with it; the memory is released afterwards. A file that cannot be fetched is `failed`: it is
   * indexed without its text, and the next sync retries it. Errors that concern every file are thrown.
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
      if ("unopened" in text) throw text.unopened;
      this.#failedInRow = 0;
      return text;
    } catch (error) {
      if (error instanceof CanceledError || !(error instanceof AppError)) throw error;
      this.#throwIfGeneral(error);
      this.#log.warn("file content could not be fetched", { file_id: file.id, version_id: versionId, error });
      return { state: "failed" };
    }
  }

  /** Stops asking for more files if the org is down or allows no more API calls. */
  #throwIfGeneral(error: AppError): void {
    if (error.retryable) this.#failedInRow++;
    if (error.concernsAll || this.#failedInRow > maxFailedInRow) throw error;
  }

  /** Returns the error of a download that could not be opened: its retries are used up. */
  async #readOnce(
    file: SourceFile,
    { versionId, route, signal }: { versionId: string; route: "pipeline" | "service"; signal: AbortSignal },
  ): Promise<FileText | { unopened: Error }> {
    const opened = await this.#source.openFile(versionId, signal).catch((error: unknown) => toError(error));
    if (opened instanceof Error) return { unopened: opened };
    const content = { ...opened, chunks: wholeContent(opened.chunks, file) };
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
      // The size may be hidden from the user, or have changed since the plan.
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

/** Passes the chunks on, and fails at their end if they are not as long as the file. */
async function* wholeContent(chunks: AsyncIterable<Buffer>, { id, size }: SourceFile): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    yield chunk;
  }
  if (size === null || length === size) return;
  throw new FileContentError(`The content of the file ${id} has ${length} bytes, and Salesforce says ${size}.`, {
    retryable: true,
    hint: "Check that no proxy changes Salesforce's responses.",
  });
}
