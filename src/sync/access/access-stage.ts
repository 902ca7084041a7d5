import { isDeepStrictEqual } from "node:util";
import { AppError } from "../../core/errors.ts";
import { DocumentWriter } from "../document-writer.ts";
import type { SourceObject } from "../ports.ts";
import type { SyncStatistics } from "../report.ts";
import type { SyncRequest } from "../run-context.ts";
import { AccessReading } from "./access-reading.ts";
import type { AccessState, Security } from "./ports.ts";
import { DifferingDocuments } from "./sync-document-access.ts";
import { IdentitySync } from "./sync-identities.ts";

/** Some documents kept their former access. */
class AccessUpdateError extends AppError {
  override readonly code = "access_update";
}

type StageRequest = Pick<SyncRequest, "index" | "clock" | "signal">;

interface StageOptions {
  readonly security: Security;
  readonly request: StageRequest;
  readonly statistics: SyncStatistics;
}

/** The time for the last refresh of the index, after everything was written. */
const refreshTimeoutMs = 60_000;

/**
 * The access of all documents and identities in one sync. Documents may carry tokens of before until they are written, so identities come in
 * two steps: before the first document, they lose what they must no longer find; after the last one, they get what is new. If a sync ends in
 * between, users find less than they may until the next one.
 */
export class AccessStage implements Disposable {
  readonly reading: AccessReading;
  readonly #options: StageOptions;
  readonly #state: AccessState | undefined;
  #users: IdentitySync | undefined;

  private constructor(reading: AccessReading, state: AccessState | undefined, options: StageOptions) {
    this.reading = reading;
    this.#state = state;
    this.#options = options;
  }

  /** Reads who may see what. Nothing is written before this has succeeded. */
  static async begin(objects: readonly SourceObject[], options: StageOptions): Promise<AccessStage> {
    const { security, request, statistics } = options;
    const state = await security.state.read(request.signal);
    const reading = await AccessReading.read({
      source: security.sharing,
      objects: [...new Set(objects.map(({ name }) => name))],
      access: { now: request.clock.now() },
      listsInUse: state?.lists ?? [],
      signal: request.signal,
    });
    statistics.warn(...reading.warnings);
    return new AccessStage(reading, state, options);
  }

  /** The documents of these object types whose access differs. */
  differing(types: Iterable<string>): Promise<DifferingDocuments> {
    const { request, statistics } = this.#options;
    const writer = new DocumentWriter({ ...request, statistics });
    return DifferingDocuments.find(types, { ...request, access: this.reading, writer });
  }

  /** Takes away what users must no longer find. `documentsChange`: documents with tokens of before exist. */
  async narrowIdentities({ documentsChange }: { documentsChange: boolean }): Promise<void> {
    const { security, request, statistics } = this.#options;
    const { signal } = request;
    const field = await request.index.prepareAccess(signal);
    const state: AccessState = { lists: this.reading.listsChosen, carriedFields: {} };
    if (!isDeepStrictEqual(state, this.#state)) await security.state.write(state, signal);
    await security.identities.prepare(signal);
    const counts = statistics.of("identities");
    this.#users = new IdentitySync(this.reading.identities(), { index: security.identities, field, counts, signal });
    await this.#users.narrow({ documentsChange });
  }

  /** Updates these documents; then users get everything that they may find. */
  async complete(differing: DifferingDocuments): Promise<void> {
    const { index, clock } = this.#options.request;
    const before = this.#refusals();
    try {
      await differing.update();
    } finally {
      await index.flush();
      await index.refresh(clock.timeout(refreshTimeoutMs));
    }
    this.#refuseIncompleteUpdate(before);
    await this.#users?.complete();
  }

  [Symbol.dispose](): void {
    this.#users?.[Symbol.dispose]();
    this.reading[Symbol.dispose]();
  }

  #refusals(): Map<string, number> {
    return new Map([...this.#options.statistics.objects].map(([name, { refused }]) => [name, refused]));
  }

  /** Identities stay narrow as long as a document may carry tokens of before. */
  #refuseIncompleteUpdate(before: ReadonlyMap<string, number>): void {
    const refused = [...this.#refusals()].flatMap(([name, count]) => {
      const added = count - (before.get(name) ?? 0);
      return added > 0 ? [`${added} of ${name}`] : [];
    });
    if (refused.length === 0) return;
    throw new AccessUpdateError(
      `The access of some documents could not be updated: ${refused.join(", ")}. Users keep only the access that they had before and still have.`,
      {
        hint: "The report lists the refused documents and Elasticsearch's reasons; solve them, and run the sync again.",
      },
    );
  }
}
