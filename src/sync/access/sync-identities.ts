import { isDeepStrictEqual } from "node:util";
import type { DatabaseSync } from "node:sqlite";
import type { Identity } from "../../access/identities.ts";
import { identityDocument } from "../../access/identity-query.ts";
import { batches } from "../../core/batches.ts";
import { throwIfAborted } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import { inTransaction, openTemporaryDatabase } from "../../core/temporary-database.ts";
import type { ObjectCounts } from "../report.ts";
import { isWider, narrowed } from "./narrow-identity.ts";
import type { IdentityIndex, StoredIdentity } from "./ports.ts";

interface IdentitySyncOptions {
  readonly index: IdentityIndex;
  /** The field that queries compare tokens with. */
  readonly field: string;
  readonly counts: ObjectCounts;
  readonly signal: AbortSignal;
}

/** Few at a time: an identity may have tens of thousands of tokens. */
const batchSize = 20;

/**
 * Brings the index of identities up to date in two steps: identities first lose what they must no longer find; after the documents were
 * written, they get everything that they may find.
 */
export class IdentitySync implements Disposable {
  readonly #options: IdentitySyncOptions;
  /** The new identities. `written` is true for those that the index has already. */
  readonly #database: DatabaseSync = openTemporaryDatabase(
    "CREATE TABLE identity (id TEXT PRIMARY KEY, identity TEXT, written INTEGER DEFAULT FALSE) WITHOUT ROWID",
  );
  readonly #find = this.#database.prepare("SELECT identity FROM identity WHERE id = ?");
  readonly #setWritten = this.#database.prepare("UPDATE identity SET written = TRUE WHERE id = ?");

  constructor(identities: Iterable<Identity>, options: IdentitySyncOptions) {
    this.#options = options;
    const insert = this.#database.prepare("INSERT INTO identity (id, identity) VALUES (?, ?)");
    for (const batch of batches(identities, batchSize)) {
      inTransaction(this.#database, () => {
        for (const identity of batch) insert.run(this.#document(identity).id, JSON.stringify(identity));
      });
      options.counts.source += batch.length;
      options.counts.extracted += batch.length;
    }
  }

  /** Takes away what the stored identities must no longer find, and deletes those of users who may no longer sign in. */
  async narrow({ documentsChange }: { documentsChange: boolean }): Promise<void> {
    const { index, counts, signal } = this.#options;
    for await (const batch of index.all(signal)) {
      for (const { id, document } of batch) {
        throwIfAborted(signal);
        const row = this.#find.get(id);
        if (row === undefined) {
          await index.write(id, undefined);
          counts.deleted++;
          continue;
        }
        await this.#narrowOne({ id, document }, JSON.parse(row["identity"] as string) as Identity, documentsChange);
      }
    }
    await index.flush(signal);
  }

  /** Takes other identities for the second step; users may hold more than in the first one. */
  replace(identities: Iterable<Identity>): void {
    const update = this.#database.prepare(
      "UPDATE identity SET identity = ?2, written = FALSE WHERE id = ?1 AND identity <> ?2",
    );
    for (const batch of batches(identities, batchSize)) {
      inTransaction(this.#database, () => {
        for (const identity of batch) update.run(this.#document(identity).id, JSON.stringify(identity));
      });
    }
  }

  /** Writes the identities in full. Unchanged ones are not written. */
  async complete(): Promise<void> {
    const { index, counts, signal } = this.#options;
    for (const identity of this.#unwritten()) {
      throwIfAborted(signal);
      await index.write(this.#document(identity).id, this.#source(identity));
      counts.written++;
    }
    await index.flush(signal);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  async #narrowOne({ id, document }: StoredIdentity, identity: Identity, documentsChange: boolean): Promise<void> {
    const narrow = this.#source(narrowed(identity, document, { documentsChange }));
    const isWritten = isWider(document, narrow);
    if (isWritten) await this.#options.index.write(id, narrow);
    if (!isDeepStrictEqual(isWritten ? narrow : document, this.#source(identity))) return;
    this.#setWritten.run(id);
    if (isWritten) this.#options.counts.written++;
    else this.#options.counts.unchanged++;
  }

  *#unwritten(): Generator<Identity> {
    for (const row of this.#database.prepare("SELECT identity FROM identity WHERE NOT written ORDER BY id").iterate())
      yield JSON.parse(row["identity"] as string) as Identity;
  }

  #document(identity: Identity): ReturnType<typeof identityDocument> {
    return identityDocument(identity, this.#options.field);
  }

  #source(identity: Identity): JsonObject {
    const { identity: names, query } = this.#document(identity);
    // As JSON, to be compared with what the index returns.
    return JSON.parse(JSON.stringify({ identity: names, query })) as JsonObject;
  }
}
