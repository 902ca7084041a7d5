import { DistinctIds } from "../core/distinct-ids.ts";
import { throwIfAborted } from "../core/errors.ts";
import { JsonBuffer } from "../core/json-buffer.ts";
import { fingerprint } from "./document-writer.ts";
import { batches, IndexSnapshot } from "./index-snapshot.ts";
import type { RecordPage, SourceObject, SourceRecord } from "./ports.ts";
import type { ObjectCounts } from "./report.ts";
import type { RunContext } from "./run-context.ts";
import { buildDocument, documentFields, type DocumentContext } from "./to-document.ts";

/**
 * Syncs all records of one object: reads them, writes those that changed and, only if every record was read, deletes the documents without a
 * record. Returns whether every record was read.
 */
export async function syncObject(object: SourceObject, run: RunContext): Promise<boolean> {
  const counts = run.statistics.of(object.name);
  using snapshot = await IndexSnapshot.ofType(object.name, run);
  using others = new DistinctIds();
  using pages = new PageWriter({ object, snapshot, run });
  for await (const page of object.pages("everything", run.signal)) {
    throwIfAborted(run.signal);
    counts.source = page.total;
    run.statistics.warn(...(page.warnings ?? []));
    const ids = await pages.write(page);
    others.add(ids.filter((id) => !snapshot.isTaken(id)));
    run.emit("pageRead", { object: object.name, counts });
  }
  // Distinct ids, not records: a record that was read twice must not make up for a missing one.
  const read = snapshot.takenCount + others.size;
  const complete = read === counts.source;
  if (complete) await deleteGone(object, { pages, snapshot, run });
  else run.statistics.warn(countMismatch(object.name, { counted: counts.source, read }));
  run.emit("objectFinished", { object: object.name, counts });
  return complete;
}

/** Deletes the documents of excluded records and, unless the brake holds them, those without a record. */
async function deleteGone(
  object: SourceObject,
  { pages, snapshot, run }: { pages: PageWriter; snapshot: IndexSnapshot; run: RunContext },
): Promise<void> {
  let gone = 0;
  for (const ids of snapshot.remaining()) gone += ids.length;
  const { source } = run.statistics.of(object.name);
  const held = run.brake.holds(object, { records: source, links: pages.links, gone });
  if (!held) for (const ids of snapshot.remaining()) await run.writer.delete(object.name, ids);
  for (const ids of batches(pages.excluded, 1000)) await run.writer.delete(object.name, ids);
}

/** Writes the changed records of an object's pages, compared with a snapshot of the index. */
export class PageWriter implements Disposable {
  readonly #name: string;
  readonly #snapshot: IndexSnapshot;
  readonly #counts: ObjectCounts;
  readonly #run: RunContext;
  readonly #context: DocumentContext;
  readonly #mappingVersion: string;
  readonly #document = new JsonBuffer();
  /** The indexed documents of records that sync rules exclude. */
  readonly excluded = new DistinctIds();
  /** The attachments of files to all records, excluded ones too. */
  links = 0;

  constructor({ object, snapshot, run }: { object: SourceObject; snapshot: IndexSnapshot; run: RunContext }) {
    this.#name = object.name;
    this.#snapshot = snapshot;
    this.#counts = run.statistics.of(object.name);
    this.#run = run;
    this.#mappingVersion = run.prepared.mappingVersion.get(object.name) ?? "";
    this.#context = {
      objectType: object.name,
      urlOf: (id) => run.source.urlOf(id),
      overflow: run.prepared.overflow.get(object.name) ?? new Set(),
    };
  }

  /** Returns the ids of the page's records. */
  async write({ records }: RecordPage): Promise<string[]> {
    const ids: string[] = [];
    const included: Pick<SourceRecord, "id" | "files">[] = [];
    for (const record of records) {
      const pause = this.#run.rules.pause();
      if (pause) await pause;
      const { id, files } = record;
      ids.push(id);
      this.links += files.length;
      if (await this.#writeIfChanged(record)) included.push({ id, files });
    }
    // A file that is attached only to excluded records is excluded too.
    this.#run.files.add(included);
    return ids;
  }

  [Symbol.dispose](): void {
    this.excluded[Symbol.dispose]();
  }

  /** Returns false if sync rules exclude the record. */
  async #writeIfChanged(record: SourceRecord): Promise<boolean> {
    const { id } = record;
    this.#counts.extracted++;
    if (!this.#run.rules.includes(() => documentFields(record, this.#context))) {
      // The brake must not count it: its record exists.
      if (this.#snapshot.take(id)) this.excluded.add([id]);
      this.#counts.filtered++;
      return false;
    }
    const document = this.#document;
    buildDocument(document, record, this.#context);
    const print = fingerprint(document.bytes, this.#mappingVersion);
    if (this.#snapshot.take(id)?.fingerprint === print) {
      this.#counts.unchanged++;
      return true;
    }
    document.addText("_fingerprint", print);
    await this.#run.writer.write(this.#name, { kind: "index", id, body: document.bytes });
    return true;
  }
}

function countMismatch(name: string, { counted, read }: { counted: number; read: number }): string {
  return `${name}: Salesforce counted ${counted} records and returned ${read}, because some changed during the sync. No document of ${name} was deleted; the next full sync will do it.`;
}
