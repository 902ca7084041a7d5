import type { JsonObject } from "../core/json.ts";

// The ports of a sync: what it needs from Salesforce and from Elasticsearch. The adapters implement them.

/** The type of a field's values in the index. `object` has fields of its own; a list of objects counts as one object. */
export type FieldKind = "keyword" | "text" | "long" | "double" | "boolean" | "date" | "object";

/** The schema of one field of the documents. */
export interface FieldSchema {
  name: string;
  kind: FieldKind;
  fields?: readonly FieldSchema[];
}

/** A record of the source. */
export interface SourceRecord {
  /** 18 characters. */
  id: string;
  title: string;
  /** When it last changed: ISO 8601, UTC, milliseconds. */
  timestamp: string | null;
  /** Its fields under the source's own names, parsed once for everything that reads them. */
  fields: JsonObject;
  /** The same fields as the bytes of a JSON object: they go into the document without being serialized again. */
  json: Buffer;
  /** The files attached to it. */
  files: readonly SourceFile[];
}

/** A file of the source: a ContentDocument with its latest version. Times are ISO 8601, UTC. */
export interface SourceFile {
  id: string;
  /** With the extension. */
  name: string;
  extension: string | null;
  /** Bytes; null if the user cannot see it. */
  size: number | null;
  description: string | null;
  createdAt: string | null;
  createdBy: string | null;
  createdByEmail: string | null;
  owner: string | null;
  ownerEmail: string | null;
  lastUpdated: string | null;
  timestamp: string | null;
  /** Null if no version is published. */
  versionId: string | null;
  versionNumber: string | null;
  versionUrl: string | null;
}

/** Which records of an object are read: all, or those that changed in a period (`from` inclusive, `to` exclusive; ISO 8601, Salesforce's clock). */
export type ReadingWindow = "everything" | { from: string; to: string };

/** A page of an object's records. */
export interface RecordPage {
  /** Can be iterated once: each record is parsed when it is reached, so that a page holds no parsed records in memory. */
  records: Iterable<SourceRecord>;
  /** The source's own count of all records in the window. */
  total: number;
  /** Records that cannot be synced although they were read, such as one that is too large. Their documents stay as they are. */
  refused?: readonly { id: string; reason: string }[];
  warnings?: readonly string[];
}

/** An object of the source that can be read. */
export interface SourceObject {
  /** Its API name, such as `Account` or `Invoice__c`. */
  name: string;
  schema: readonly FieldSchema[];
  /** Identifies which of its records are read; changes with the sync rules that select them. */
  selection: string;
  /** The first three characters of its records' ids, if the source knows them. */
  idPrefix: string | undefined;
  /** Whether it can be read in a window. If not, it is always read as a whole. */
  canReadChanges: boolean;
  /**
   * The fields of its documents, such as `Account.Rating`, that users may lack the permission to read; those of embedded records, too.
   * `Account.*` if documents contain fields of accounts that some of their readers may not see.
   */
  permissionFields: readonly string[];
  /** The object whose documents do not contain these fields. */
  withoutFields(fields: ReadonlySet<string>): Promise<SourceObject>;
  /** Reads the records of a window. An error ends the reading; the pages before it are incomplete. */
  pages(window: ReadingWindow, signal: AbortSignal): AsyncIterable<RecordPage>;
}

/** A selected object that cannot be read at the moment. Its documents are kept. */
export interface UnreadableObject {
  name: string;
  reason: string;
}

/** What a run will read. */
export interface SourcePlan {
  /** Salesforce's time when the plan was made: everything that changed before is read. ISO 8601, UTC. */
  asOf: string;
  objects: readonly SourceObject[];
  unreadable: readonly UnreadableObject[];
  /** Whether files are synced. If not, indexed files are deleted, unless `unreadable` contains `ContentDocument`. */
  files: boolean;
  warnings: readonly string[];
}

/** The content of a file. Reading can fail at any point. */
export interface FileContent {
  /** Bytes according to the source, if it reports a size. */
  size: number | undefined;
  chunks: AsyncIterable<Buffer>;
  /** Releases the content before its end. */
  discard: () => void;
}

/** Requests to the source so far. */
export interface SourceUsage {
  calls: number;
  bytesRead: number;
}

/** The source of records and files. */
export interface Source {
  /** Finds out what can be read. `indexedTypes` are the object types that have documents in the index. */
  plan(indexedTypes: ReadonlySet<string>, signal: AbortSignal): Promise<SourcePlan>;
  /** Opens a version of a file. */
  openFile(versionId: string, signal: AbortSignal): Promise<FileContent>;
  /** The page of a record or a file in Salesforce. */
  urlOf(id: string): string;
  readonly usage: SourceUsage;
}

/** The state of a file's text. `too_large` and `failed` files are indexed without text; the next sync retries `failed` ones. */
export type TextState = "done" | "too_large" | "failed" | "none";

/** The part of an indexed document that a sync compares with its source. */
export interface IndexedDocument {
  id: string;
  /** Null for a document that this connector did not write. */
  fingerprint: string | null;
  /** Identifies its access tokens; null for a document without them. */
  accessHash: string | null;
  /** Only for files. */
  versionId: string | null;
  textState: TextState | null;
}

/** Elasticsearch's final answer to one write. */
export type WriteResult = { written: true } | { written: false; reason: string };

/** One change to the index. */
export interface WriteOperation {
  /** `index` replaces the document; `update` changes only the given fields; deleting a missing document succeeds. */
  kind: "index" | "update" | "delete";
  id: string;
  /** The document or the changed fields as the bytes of a JSON object, empty for a delete. They are copied before `write` returns. */
  body: Buffer;
  /** Whether it contains file content for the ingest pipeline. */
  extract?: boolean;
  /** Called once, with Elasticsearch's final answer. */
  acknowledged: (result: WriteResult) => void;
}

/** Reads what an index contains. */
export interface IndexReader {
  /** The number of documents of each object type. Empty if the index does not exist. */
  objectTypes(signal: AbortSignal): Promise<ReadonlyMap<string, number>>;
  /** All documents of an object type, in batches. */
  documents(objectType: string, signal: AbortSignal): AsyncIterable<readonly IndexedDocument[]>;
  /** The documents with these ids, of any object type, in batches. Missing ones are left out. */
  documentsById(ids: readonly string[], signal: AbortSignal): AsyncIterable<readonly IndexedDocument[]>;
  /** The records that files are attached to according to the index, by file id. */
  relatedIds(fileIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>>;
  /** The id of any document of an object type. */
  sampleId(objectType: string, signal: AbortSignal): Promise<string | undefined>;
}

/** The index that a sync writes to. */
export interface DocumentIndex extends IndexReader {
  /** Creates the index or extends its mapping for documents of these objects. */
  prepare(
    objects: readonly { name: string; schema: readonly FieldSchema[] }[],
    signal: AbortSignal,
  ): Promise<PreparedIndex>;
  /**
   * Adds the access fields to the mapping of an index that exists. Returns the field that queries compare tokens with.
   * @throws AppError if the index has it with a type that cannot be used
   */
  prepareAccess(signal: AbortSignal): Promise<string>;
  /** Queues a change; waits while too many are queued. Rejects once writing has failed for good. */
  write(operation: WriteOperation): Promise<void>;
  /** Waits until every queued change is acknowledged. */
  flush(): Promise<void>;
  /** Makes written documents visible to searches. */
  refresh(signal: AbortSignal): Promise<void>;
}

/** An index that is ready for a run. */
export interface PreparedIndex {
  /** Fields without a place in the mapping, by object; their values go to `more_fields`. */
  overflow: ReadonlyMap<string, ReadonlySet<string>>;
  /** A value by object that changes whenever its fields are indexed differently. */
  mappingVersion: ReadonlyMap<string, string>;
  warnings: readonly string[];
}

/** Extracts the text of files outside Elasticsearch. */
export interface TextExtractor {
  /**
   * Returns the file's text, empty if it has none.
   * @throws AppError if the service fails
   */
  extract(file: SourceFile, content: FileContent, signal: AbortSignal): Promise<string>;
}
