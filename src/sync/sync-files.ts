import PQueue from "p-queue";
import { CanceledError, throwIfAborted } from "../core/errors.ts";
import { fingerprint } from "./document-writer.ts";
import { fileObjectType, toFileDocument, type FileDocument } from "./file-document.ts";
import { FileTexts, type FileText } from "./file-text.ts";
import { batches, IndexSnapshot } from "./index-snapshot.ts";
import type { LinkedFile } from "./linked-files.ts";
import type { IndexedDocument, TextState } from "./ports.ts";
import type { FileSettings, RunContext } from "./run-context.ts";
import { withMoreFields } from "./to-document.ts";
import { UnreadableParents } from "./unreadable-parents.ts";

/**
 * Syncs the files of a run: each file once, with the records that it is attached to. The text of a version is fetched once; if only metadata
 * changed, the document is updated around its text. Files that are attached to no synced record are deleted, unless they may be attached to
 * records of incomplete objects.
 */
export async function syncFiles(
  run: RunContext,
  { settings, incompleteObjects }: { settings: FileSettings; incompleteObjects: readonly string[] },
): Promise<void> {
  const counts = run.statistics.of("files");
  counts.source = run.files.size;
  using snapshot = await IndexSnapshot.ofType(fileObjectType, run);
  const parents = await UnreadableParents.find(incompleteObjects, run);
  const texts = new FileTexts({ source: run.source, settings, clock: run.clock, log: run.log });
  const files = new FileSync(run, { snapshot, texts });
  const queue = new PQueue({ concurrency: settings.concurrentDownloads });
  const failures: unknown[] = [];
  for (const batch of batches(run.files, 500)) {
    for (const linked of await parents.addTo(batch)) {
      // Bounds the queue: an org may have any number of files.
      await queue.onSizeLessThan(settings.concurrentDownloads);
      if (failures.length > 0 || run.signal.aborted) break;
      queue.add(() => files.sync(linked)).catch((error: unknown) => failures.push(error));
    }
    run.emit("pageRead", { object: "files", counts });
  }
  await queue.onIdle();
  if (failures.length > 0) throw failures.find((failure) => !(failure instanceof CanceledError)) ?? failures[0];
  throwIfAborted(run.signal);
  for (const batch of snapshot.remaining(500)) await run.writer.delete("files", await parents.filesWithout(batch));
  files.reportTexts();
  run.emit("objectFinished", { object: "files", counts });
}

class FileSync {
  readonly #run: RunContext;
  readonly #snapshot: IndexSnapshot;
  readonly #texts: FileTexts;
  readonly #mappingVersion: string;
  readonly #overflow: ReadonlySet<string>;
  readonly #states = new Map<TextState, number>();

  constructor(run: RunContext, { snapshot, texts }: { snapshot: IndexSnapshot; texts: FileTexts }) {
    this.#run = run;
    this.#snapshot = snapshot;
    this.#texts = texts;
    this.#mappingVersion = run.prepared.mappingVersion.get(fileObjectType) ?? "";
    this.#overflow = run.prepared.overflow.get(fileObjectType) ?? new Set();
  }

  async sync(linked: LinkedFile): Promise<void> {
    const { file } = linked;
    const counts = this.#run.statistics.of("files");
    counts.extracted++;
    const metadata = toFileDocument(linked, this.#run.source.urlOf(file.id));
    await this.#run.rules.pause();
    if (!this.#run.rules.includes(() => metadata)) {
      counts.filtered++;
      return;
    }
    const print = fingerprint(JSON.stringify(metadata), this.#mappingVersion);
    const indexed = this.#snapshot.take(file.id);
    if (indexed && this.#textIsCurrent(indexed, linked)) {
      this.#count(indexed.textState ?? "none");
      if (indexed.fingerprint === print) counts.unchanged++;
      else await this.#write("update", { ...metadata, _fingerprint: print });
      return;
    }
    await this.#texts.fetch(file, this.#run.signal, async (text) =>
      this.#writeWithText({ ...metadata, _fingerprint: print }, text, indexed),
    );
  }

  /** Warns once about the files that were indexed without text. */
  reportTexts(): void {
    const tooLarge = this.#states.get("too_large") ?? 0;
    const failed = this.#states.get("failed") ?? 0;
    if (tooLarge > 0) {
      this.#run.statistics.warn(
        `${tooLarge} files are larger than service.max_file_download_size, or the connector's max_file_size, and are indexed without their text; configure extraction_service to extract it.`,
      );
    }
    if (failed > 0)
      this.#run.statistics.warn(
        `${failed} files could not be downloaded and are indexed without their newest text; the next sync retries them.`,
      );
  }

  /** Whether downloading the file again could not change its text. */
  #textIsCurrent(indexed: IndexedDocument, { file }: LinkedFile): boolean {
    if (indexed.fingerprint === null || indexed.versionId !== file.versionId) return false;
    return indexed.textState === "done" || indexed.textState === this.#texts.route(file);
  }

  async #writeWithText(metadata: FileDocument, text: FileText, indexed: IndexedDocument | undefined): Promise<void> {
    this.#count(text.state);
    const document: FileDocument = { ...metadata, _text_state: text.state };
    if (text.state === "failed" && indexed) {
      // Keeps the text of the older version; the state makes the next sync fetch the new one.
      await this.#write("update", document);
    } else if (text.state !== "done") {
      await this.#write("index", document);
    } else if ("base64" in text) {
      await this.#write("index", { ...document, _attachment: text.base64 }, true);
    } else {
      await this.#write("index", { ...document, body: text.text }, true);
    }
  }

  #write(kind: "index" | "update", document: FileDocument, extract = false): Promise<void> {
    const body = Buffer.from(JSON.stringify(withMoreFields(document, this.#overflow)));
    return this.#run.writer.write("files", { kind, id: document.id, body, extract });
  }

  #count(state: TextState): void {
    this.#states.set(state, (this.#states.get(state) ?? 0) + 1);
  }
}
