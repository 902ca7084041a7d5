// What a sync needs from the two worlds that it joins. The adapters implement these; nothing here knows a vendor's API.

/** What a field's values are, as far as an index must know. `object` has fields of its own; a list of them counts as one. */
export type FieldKind = "keyword" | "text" | "long" | "double" | "boolean" | "date" | "object";

/** A field of the documents to come. */
export interface FieldSchema {
  name: string;
  kind: FieldKind;
  fields?: readonly FieldSchema[];
}

/** A record as the source holds it. */
export interface SourceRecord {
  /** 18 characters. */
  id: string;
  title: string;
  /** When it last changed, as the source knows it: ISO 8601, UTC, milliseconds. */
  timestamp: string | null;
  /** Its fields under the source's own names, as the bytes of a JSON object: most of it is passed on unread. */
  json: Buffer;
  /** The files that hang on it. */
  files: readonly SourceFile[];
}

/** A file as the source holds it: a ContentDocument with its latest version. Times are ISO 8601, UTC. */
export interface SourceFile {
  id: string;
  /** With the extension. */
  name: string;
  extension: string | null;
  /** Bytes; null where the user may not see it. */
  size: number | null;
  description: string | null;
  createdAt: string | null;
  createdBy: string | null;
  createdByEmail: string | null;
  owner: string | null;
  ownerEmail: string | null;
  lastUpdated: string | null;
  timestamp: string | null;
  /** Null where no version is published. */
  versionId: string | null;
  versionNumber: string | null;
  versionUrl: string | null;
}

/** A page of an object's records. */
export interface RecordPage {
  records: readonly SourceRecord[];
  /** The source's own count of all records of the object that this reading finds. */
  total: number;
  /** What the operator should know of this reading. */
  warnings?: readonly string[];
}

/** One object of the source, ready to be read. */
export interface SourceObject {
  /** Its API name, such as `Account` or `Invoice__c`. */
  name: string;
  /** The fields that its documents will have. */
  shape: readonly FieldSchema[];
  /** Reads every record. An error ends it; what came before is not the whole. */
  pages(signal: AbortSignal): AsyncIterable<RecordPage>;
}

/** An object that was asked for and cannot be read this time. What the index holds of it stays. */
export interface UnreadableObject {
  name: string;
  reason: string;
}

/** What a run will read. */
export interface SourcePlan {
  objects: readonly SourceObject[];
  unreadable: readonly UnreadableObject[];
  /** Whether files are among it. If not, those in the index go, unless `unreadable` names `ContentDocument`. */
  files: boolean;
  /** What the operator should know, each said once. */
  warnings: readonly string[];
}

/** The bytes of a file. Reading may fail at any point. */
export interface FileContent {
  /** What the source says the size is, if it does. */
  size: number | undefined;
  chunks: AsyncIterable<Buffer>;
  /** Lets go of it before its end. */
  discard: () => void;
}

/** What has been asked of the source so far. */
export interface SourceUsage {
  calls: number;
  bytesRead: number;
}

/** Where records and files come from. */
export interface Source {
  /** Looks at what can be read. `indexed` names the object types of which the index holds documents. */
  plan(indexed: ReadonlySet<string>, signal: AbortSignal): Promise<SourcePlan>;
  /** Opens a version of a file. */
  openFile(versionId: string, signal: AbortSignal): Promise<FileContent>;
  /** Where a person looks at a record or a file. */
  urlOf(id: string): string;
  readonly usage: SourceUsage;
}

/** What became of a file's text. `too_large` and `failed` files are indexed without it; failures are tried again by the next sync. */
export type TextState = "done" | "too_large" | "failed" | "none";

/** A document as the index holds it, as far as a sync must know. */
export interface IndexedDocument {
  id: string;
  /** Null for a document that somebody else wrote. */
  fingerprint: string | null;
  /** Of files. */
  versionId: string | null;
  textState: TextState | null;
}

/** What Elasticsearch said to one write. */
export type WriteOutcome = { written: true } | { written: false; reason: string };

/** One change to the index. `settled` is called once, when Elasticsearch has answered for good. */
export interface WriteOperation {
  /** `index` replaces the document; `update` changes the fields that it names and leaves the rest; `delete` of what is not there is fine. */
  kind: "index" | "update" | "delete";
  id: string;
  /** The document, or the fields to change, as the bytes of a JSON object; empty for a delete. Whoever takes them copies them at once. */
  body: Buffer;
  /** Whether it carries file content that the ingest pipeline must turn into text. */
  extract?: boolean;
  settled: (outcome: WriteOutcome) => void;
}

/** Where documents go. */
export interface DocumentIndex {
  /** Makes the index fit for documents of these fields, and says which fields must go into `more_fields`, by object. */
  prepare(
    objects: readonly { name: string; shape: readonly FieldSchema[] }[],
    signal: AbortSignal,
  ): Promise<PreparedIndex>;
  /** The object types of which the index holds documents, with their number. Empty where there is no index. */
  objectTypes(signal: AbortSignal): Promise<ReadonlyMap<string, number>>;
  /** The documents of one object type, in batches. */
  documents(objectType: string, signal: AbortSignal): AsyncIterable<readonly IndexedDocument[]>;
  /** The records that a file's document names, for some files. */
  relatedIds(fileIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>>;
  /** The id of any document of an object type. */
  sampleId(objectType: string, signal: AbortSignal): Promise<string | undefined>;
  /** Takes a change, its body copied before it returns its promise; waits while too much is on its way. Rejects when writing has failed for good. */
  write(operation: WriteOperation): Promise<void>;
  /** Waits until everything taken so far is settled. */
  flush(): Promise<void>;
  /** Makes what was written visible to searches. */
  refresh(signal: AbortSignal): Promise<void>;
}

/** An index that is ready for a run. */
export interface PreparedIndex {
  /** Field names that have no place of their own, by object; their values go under `more_fields`. */
  overflow: ReadonlyMap<string, ReadonlySet<string>>;
  /** Changes whenever an object's fields are indexed in another way, by object. */
  mappingVersion: ReadonlyMap<string, string>;
  warnings: readonly string[];
}

/** Turns a file into text, outside Elasticsearch. */
export interface TextExtractor {
  /**
   * The file's text; empty where it holds none.
   * @throws AppError when the service fails
   */
  extract(file: SourceFile, content: FileContent, signal: AbortSignal): Promise<string>;
}
