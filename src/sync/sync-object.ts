import type { AccessOfDocument } from "./access/access-fields.ts";
import { DistinctIds } from "../core/distinct-ids.ts";
import { throwIfAborted } from "../core/errors.ts";
import { JsonBuffer } from "../core/json-buffer.ts";
import type { JsonObject } from "../core/json.ts";
import { fingerprint } from "./document-writer.ts";
import { batches } from "../core/batches.ts";
import { IndexSnapshot } from "./index-snapshot.ts";
import type { IndexedDocument, RecordPage, SourceObject, SourceRecord } from "./ports.ts";
import type { ObjectCounts, RefusedDocument } from "./report.ts";
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
  async write({ records, refused = [] }: RecordPage): Promise<string[]> {
    const ids = refused.map(({ id }) => id);
    for (const record of refused) this.#refuse(record);
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

  /** The record exists, so its document is not deleted. Its files are unknown, so that files of this object are not deleted either. */
  #refuse({ id, reason }: RefusedDocument): void {
    const { log, emit, files, statistics } = this.#run;
    this.#counts.extracted++;
    this.#counts.refused++;
    this.#snapshot.take(id);
    files.incompleteObjects.add(this.#name);
    statistics.keepRefusal(this.#name, { id, reason });
    log.warn("record refused", { object: this.#name, document_id: id, reason });
    emit("documentRefused", { id, reason });
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
    const access = this.#run.access?.of(id);
    const indexed = this.#snapshot.take(id);
    if (indexed?.fingerprint === print) {
      await this.#updateAccess(indexed, access);
      return true;
    }
    document.addText("_fingerprint", print);
    if (access !== undefined) document.join(toBytes(access.fields));
    await this.#run.writer.write(this.#name, { kind: "index", id, body: document.bytes });
    return true;
  }

  /** Writes the access fields alone, if they changed. */
  async #updateAccess({ id, accessHash }: IndexedDocument, access: AccessOfDocument | undefined): Promise<void> {
    if (access === undefined || accessHash === access.hash) {
      this.#counts.unchanged++;
      return;
    }
    await this.#run.writer.write(this.#name, { kind: "update", id, body: toBytes(access.update) });
  }
}

const toBytes = (fields: JsonObject): Buffer => Buffer.from(JSON.stringify(fields));

function countMismatch(name: string, { counted, read }: { counted: number; read: number }): string {
  return `${name}: Salesforce counted ${counted} records and returned ${read}, because some changed during the sync. No document of ${name} was deleted; the next full sync will do it.`;
}
