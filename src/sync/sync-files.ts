import PQueue from "p-queue";
import { CanceledError, throwIfAborted } from "../core/errors.ts";
import { deleteDocuments } from "./delete-documents.ts";
import { fileObjectType, toFileDocument, type FileDocument } from "./file-document.ts";
import { FileTexts, type FileText } from "./file-text.ts";
import { fingerprint } from "./fingerprint.ts";
import { IndexSnapshot } from "./index-snapshot.ts";
import type { LinkedFile } from "./linked-files.ts";
import type { IndexedDocument, TextState } from "./ports.ts";
import type { FileSettings, RunContext } from "./run-context.ts";
import { withMoreFields } from "./to-document.ts";
import { UnreadableParents } from "./unreadable-parents.ts";

/**
 * Brings the files' documents in step: each file once, with the records that it hangs on. The text of a version is fetched once; when only
 * facts about the file changed, the document is changed around its text. Files that hang on no synced record any more are deleted, unless
 * they may hang on records that could not be read this time.
 */
export async function syncFiles(
  run: RunContext,
  { settings, unread }: { settings: FileSettings; unread: readonly string[] },
): Promise<void> {
  const counts = run.statistics.of("files");
  counts.source = run.files.size;
  using known = await IndexSnapshot.load(filesOf(run));
  const unreadRecords = await UnreadableParents.find(unread, run);
  const texts = new FileTexts({ source: run.source, settings, clock: run.clock, log: run.log });
  const writer = new FileWriter(run, { known, texts });
  const queue = new PQueue({ concurrency: settings.concurrentDownloads });
  const failures: unknown[] = [];
  for (const batch of batches(run.files, 500)) {
    for (const linked of await unreadRecords.addKept(batch)) {
      // The queue holds little more than what runs: an org may have any number of files.
      await queue.onSizeLessThan(settings.concurrentDownloads);
      if (failures.length > 0 || run.signal.aborted) break;
      queue.add(() => writer.write(linked)).catch((error: unknown) => failures.push(error));
    }
    run.progress("files", counts, false);
  }
  await queue.onIdle();
  if (failures.length > 0) throw failures.find((failure) => !(failure instanceof CanceledError)) ?? failures[0];
  throwIfAborted(run.signal);
  for (const batch of known.remaining(500)) {
    await deleteDocuments([await unreadRecords.withoutKept(batch)], { counts, run, name: "files" });
  }
  writer.reportTexts();
  run.progress("files", counts, true);
}

async function* filesOf({ index, indexed, signal }: RunContext): AsyncGenerator<readonly IndexedDocument[]> {
  if (indexed.has(fileObjectType)) yield* index.documents(fileObjectType, signal);
}

function* batches<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

class FileWriter {
  readonly #run: RunContext;
  readonly #known: IndexSnapshot;
  readonly #texts: FileTexts;
  readonly #mappingVersion: string;
  readonly #states = new Map<TextState, number>();

  constructor(run: RunContext, { known, texts }: { known: IndexSnapshot; texts: FileTexts }) {
    this.#run = run;
    this.#known = known;
    this.#texts = texts;
    this.#mappingVersion = run.prepared.mappingVersion.get(fileObjectType) ?? "";
  }

  async write(linked: LinkedFile): Promise<void> {
    const { file } = linked;
    const counts = this.#run.statistics.of("files");
    counts.extracted++;
    const facts = toFileDocument(linked, this.#run.source.urlOf(file.id));
    if (!this.#run.rules.keeps(facts)) {
      counts.filtered++;
      return;
    }
    const print = fingerprint(JSON.stringify(facts), this.#mappingVersion);
    const known = this.#known.take(file.id);
    if (known && this.#textIsCurrent(known, linked)) {
      this.#count(known.textState ?? "none");
      if (known.fingerprint === print) counts.unchanged++;
      else await this.#put("update", { ...facts, _fingerprint: print });
      return;
    }
    await this.#texts.fetch(file, this.#run.signal, async (text) =>
      this.#writeWithText({ ...facts, _fingerprint: print }, text, known),
    );
  }

  /** Says once what was indexed without its text. */
  reportTexts(): void {
    const tooLarge = this.#states.get("too_large") ?? 0;
    const failed = this.#states.get("failed") ?? 0;
    if (tooLarge > 0) {
      this.#run.statistics.warn(
        `${tooLarge} files are larger than service.max_file_download_size, or the connector's max_file_size, and are indexed without their text; configure extraction_service to have it.`,
      );
    }
    if (failed > 0)
      this.#run.statistics.warn(
        `${failed} files could not be downloaded and are indexed without their newest text; the next sync tries again.`,
      );
  }

  /** Whether fetching the content could bring nothing that the document does not have. */
  #textIsCurrent(known: IndexedDocument, { file }: LinkedFile): boolean {
    if (known.fingerprint === null || known.versionId !== file.versionId) return false;
    if (known.textState === "done") return true;
    const route = this.#texts.route(file);
    return known.textState === route;
  }

  async #writeWithText(facts: FileDocument, text: FileText, known: IndexedDocument | undefined): Promise<void> {
    this.#count(text.state);
    const document: FileDocument = { ...facts, _text_state: text.state };
    if (text.state === "failed" && known) {
      // What the index has of an older version is more than nothing; the state makes the next sync fetch the new one.
      await this.#put("update", document);
    } else if (text.state !== "done") {
      await this.#put("index", document);
    } else if ("base64" in text) {
      await this.#put("index", { ...document, _attachment: text.base64 }, true);
    } else {
      await this.#put("index", { ...document, body: text.text }, true);
    }
  }

  async #put(kind: "index" | "update", document: FileDocument, extract = false): Promise<void> {
    const { id } = document;
    const overflow = this.#run.prepared.overflow.get(fileObjectType) ?? new Set();
    const body = Buffer.from(JSON.stringify(withMoreFields(document, overflow)));
    const bytes = body.length;
    await this.#run.index.write({
      kind,
      id,
      body,
      extract,
      settled: (outcome) => {
        if (outcome.written) this.#run.statistics.write("files", bytes);
        else this.#run.statistics.refuse("files", { id, reason: outcome.reason });
      },
    });
  }

  #count(state: TextState): void {
    this.#states.set(state, (this.#states.get(state) ?? 0) + 1);
  }
}
