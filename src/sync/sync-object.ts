import { throwIfAborted } from "../core/errors.ts";
import { JsonBuffer } from "../core/json-buffer.ts";
import { deleteDocuments } from "./delete-documents.ts";
import { fingerprint } from "./fingerprint.ts";
import { IndexSnapshot } from "./index-snapshot.ts";
import type { IndexedDocument, RecordPage, SourceObject, SourceRecord } from "./ports.ts";
import type { ObjectCounts } from "./report.ts";
import type { RunContext } from "./run-context.ts";
import { buildDocument, type DocumentContext } from "./to-document.ts";

/**
 * Brings the documents of one object in step with its records: reads them all, writes those that changed, and, only when every record was
 * read, deletes the documents that no record stands behind. Whether every record was read is what it returns.
 */
export async function syncObject(object: SourceObject, run: RunContext): Promise<boolean> {
  const counts = run.statistics.of(object.name);
  using known = await IndexSnapshot.load(documentsOf(object.name, run));
  const writer = new RecordWriter({ object, known, counts, run });
  for await (const page of object.pages(run.signal)) {
    throwIfAborted(run.signal);
    counts.source = page.total;
    run.statistics.warn(...(page.warnings ?? []));
    await writer.writePage(page);
    run.progress(object.name, counts, false);
  }
  const complete = counts.extracted === counts.source;
  if (complete) await deleteDocuments(known.remaining(), { counts, run, name: object.name });
  else run.statistics.warn(countsDiffer(object.name, counts));
  run.progress(object.name, counts, true);
  return complete;
}

async function* documentsOf(
  objectType: string,
  { index, indexed, signal }: RunContext,
): AsyncGenerator<readonly IndexedDocument[]> {
  if (indexed.has(objectType)) yield* index.documents(objectType, signal);
}

class RecordWriter {
  readonly #name: string;
  readonly #known: IndexSnapshot;
  readonly #counts: ObjectCounts;
  readonly #run: RunContext;
  readonly #context: DocumentContext;
  readonly #mappingVersion: string;
  readonly #document = new JsonBuffer();

  constructor({
    object,
    known,
    counts,
    run,
  }: {
    object: SourceObject;
    known: IndexSnapshot;
    counts: ObjectCounts;
    run: RunContext;
  }) {
    this.#name = object.name;
    this.#known = known;
    this.#counts = counts;
    this.#run = run;
    this.#mappingVersion = run.prepared.mappingVersion.get(object.name) ?? "";
    this.#context = {
      objectType: object.name,
      urlOf: (id) => run.source.urlOf(id),
      overflow: run.prepared.overflow.get(object.name) ?? new Set(),
    };
  }

  async writePage({ records }: RecordPage): Promise<void> {
    const kept: SourceRecord[] = [];
    for (const record of records) if (await this.#writeIfChanged(record)) kept.push(record);
    // What hangs on nothing but records that the rules keep out stays out with them.
    this.#run.files.add(kept);
  }

  /** Whether the record has a document; the rules may keep it out. */
  async #writeIfChanged(record: SourceRecord): Promise<boolean> {
    // What waits for Elasticsearch's answer holds the id alone, not the record and so its page.
    const { id } = record;
    this.#counts.extracted++;
    const document = this.#document;
    buildDocument(document, record, this.#context);
    if (!this.#run.rules.keeps(document.bytes)) {
      // It is not taken from the known ones, so that a document that was indexed before is deleted with what has gone.
      this.#counts.filtered++;
      return false;
    }
    const print = fingerprint(document.bytes, this.#mappingVersion);
    if (this.#known.take(id)?.fingerprint === print) {
      this.#counts.unchanged++;
      return true;
    }
    document.addText("_fingerprint", print);
    const bytes = document.bytes.length;
    await this.#run.index.write({
      kind: "index",
      id,
      body: document.bytes,
      settled: (outcome) => {
        if (outcome.written) this.#run.statistics.write(this.#name, bytes);
        else this.#run.statistics.refuse(this.#name, { id, reason: outcome.reason });
      },
    });
    return true;
  }
}

function countsDiffer(name: string, { source, extracted }: ObjectCounts): string {
  return `${name}: Salesforce counted ${source} records and gave ${extracted}, because some changed while they were read. No document of ${name} was deleted; the next full sync will do it.`;
}
