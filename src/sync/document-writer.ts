import { hash } from "node:crypto";
import { throwIfAborted } from "../core/errors.ts";
import type { DocumentIndex, WriteOperation } from "./ports.ts";
import type { SyncStatistics } from "./report.ts";

const noBody = Buffer.alloc(0);

/** Characters of a fingerprint: 96 bits. */
const fingerprintLength = 16;

/**
 * Identifies the content of a document: a hash of everything that is sent and of how it is indexed. Timestamps would not do: a renamed owner,
 * a formula, a child record or a new link changes none.
 */
export function fingerprint(json: string | Buffer, mappingVersion: string): string {
  return hash("sha256", mappingVersion + hash("sha256", json, "base64url"), "base64url").slice(0, fingerprintLength);
}

/** Writes documents and counts Elasticsearch's answers. Full and incremental runs use it, for records and for files. */
export class DocumentWriter {
  readonly #index: Pick<DocumentIndex, "write">;
  readonly #statistics: SyncStatistics;
  readonly #signal: AbortSignal;

  constructor({
    index,
    statistics,
    signal,
  }: {
    index: Pick<DocumentIndex, "write">;
    statistics: SyncStatistics;
    signal: AbortSignal;
  }) {
    this.#index = index;
    this.#statistics = statistics;
    this.#signal = signal;
  }

  /** Writes one document; `name` is the object that it counts for, or `files`. */
  write(name: string, { kind, id, body, extract = false }: Omit<WriteOperation, "acknowledged">): Promise<void> {
    const bytes = body.length;
    const counts = this.#statistics.of(name);
    return this.#index.write({
      kind,
      id,
      body,
      extract,
      acknowledged: (result) => {
        if (result.written) {
          counts.written++;
          this.#statistics.bytesWritten += bytes;
        } else {
          counts.refused++;
          this.#statistics.keepRefusal(name, { id, reason: result.reason });
        }
      },
    });
  }

  /** Deletes documents by their ids. */
  async delete(name: string, ids: Iterable<string>): Promise<void> {
    const counts = this.#statistics.of(name);
    for (const id of ids) {
      throwIfAborted(this.#signal);
      await this.#index.write({
        kind: "delete",
        id,
        body: noBody,
        acknowledged: (result) => {
          if (result.written) counts.deleted++;
          else this.#statistics.keepRefusal(name, { id, reason: `not deleted: ${result.reason}` });
        },
      });
    }
  }
}
