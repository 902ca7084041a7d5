import type { FileFacts, FileLinkFacts, RecordFacts, ShareFacts } from "../../access/record-facts.ts";
import type { AccessOptions } from "../../access/org-access.ts";
import type { Id, SharingFacts } from "../../access/sharing-facts.ts";
import type { JsonObject } from "../../core/json.ts";

// The ports of document-level security: where the facts come from, and where identities go.

/** A share row and the record that it opens. */
export interface RecordShare {
  readonly recordId: Id;
  readonly share: ShareFacts;
}

/** A link and the file that it shares. */
export interface FileLink {
  readonly fileId: Id;
  readonly link: FileLinkFacts;
}

/** Receives the facts of records and files, a page at a time. */
export interface RecordFactsReceiver {
  addRecords(records: readonly Omit<RecordFacts, "shares">[]): void;
  addShares(shares: readonly RecordShare[]): void;
  /** Without this call, the rows of an object's share table do not count. */
  sharesRead(object: string, state: "complete" | "no share table"): void;
  addFiles(files: readonly FileFacts[]): void;
  addLinks(links: readonly FileLink[]): void;
  /** Without this call, links do not count. */
  linksRead(): void;
}

/** What decides who may see the records of an org, and what could not be read. */
export interface OrgSharing {
  readonly facts: SharingFacts;
  /** Sentences that name what is missing, and the permission. */
  readonly warnings: readonly string[];
}

/** What documents are made of. */
export interface SharingRequest {
  /** The objects whose records are documents. */
  readonly objects: readonly string[];
  /** The objects whose fields are in documents: those of embedded records, too. */
  readonly fieldObjects: readonly string[];
  /** The objects of which documents contain any record's fields. */
  readonly relatedObjects: readonly string[];
}

/** Reads sharing facts by whole tables. A table that cannot be read opens nothing; any other failure is thrown. */
export interface SharingSource {
  /** Reads the facts of the org, of all records of the objects and of all objects above them, and of all files. */
  readSharing(request: SharingRequest, receiver: RecordFactsReceiver, signal: AbortSignal): Promise<OrgSharing>;
  /**
   * Whether a user may read these records, according to the org itself; at most 200. A record about which it says nothing is missing. Ids
   * have 18 characters.
   */
  readableTo(user: Id, records: readonly Id[], signal: AbortSignal): Promise<ReadonlyMap<Id, boolean>>;
}

/** A user's document in the index of identities. */
export interface StoredIdentity {
  readonly id: string;
  readonly document: JsonObject;
}

/** What a sync leaves behind in the content index, as far as the next one must know it. */
export interface AccessState {
  /** The lists of principals for which documents carry one principal. */
  readonly lists: readonly string[];
  /** By object: the fields that its documents may contain and that some users may not read in Salesforce. */
  readonly carriedFields: Readonly<Record<string, readonly string[]>>;
}

/** Keeps the state of the content index. */
export interface AccessStateStore {
  /** Undefined if nothing is known about the documents of the index. */
  read(signal: AbortSignal): Promise<AccessState | undefined>;
  write(state: AccessState, signal: AbortSignal): Promise<void>;
}

/** The index of identities, which search applications read. */
export interface IdentityIndex {
  /** Creates the index if it is missing. */
  prepare(signal: AbortSignal): Promise<void>;
  /** All identities, in batches that are small in bytes. */
  all(signal: AbortSignal): AsyncIterable<readonly StoredIdentity[]>;
  /** Queues a write, or a delete if there is no document. */
  write(id: string, document: JsonObject | undefined): Promise<void>;
  /**
   * Waits until every queued write is acknowledged, and makes them visible to searches.
   * @throws AppError if one was refused
   */
  flush(signal: AbortSignal): Promise<void>;
}

/** What document-level security needs in a sync. */
export interface Security {
  readonly sharing: SharingSource;
  readonly identities: IdentityIndex;
  readonly state: AccessStateStore;
  readonly options: Omit<AccessOptions, "now">;
}
