import { isDeepStrictEqual } from "node:util";
import { AppError } from "../../core/errors.ts";
import { DocumentWriter } from "../document-writer.ts";
import type { SourceObject } from "../ports.ts";
import type { SyncStatistics } from "../report.ts";
import type { SyncRequest } from "../run-context.ts";
import { finishWriting } from "../run-sync.ts";
import { AccessReading } from "./access-reading.ts";
import {
  fieldObjectsOf,
  fieldsAfter,
  fieldsBefore,
  fieldsDuring,
  hiddenObjectWarnings,
  relatedObjectsOf,
  toFieldsOfDocuments,
  withoutHiddenFields,
} from "./document-fields.ts";
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
  /** The object types in the index when the sync began. */
  readonly indexedTypes: ReadonlyMap<string, number>;
  readonly statistics: SyncStatistics;
}

interface StageParts {
  readonly reading: AccessReading;
  readonly objects: readonly SourceObject[];
  readonly state: AccessState | undefined;
  readonly fields: AccessState["carriedFields"];
}

interface NarrowOptions {
  readonly documentsChange: boolean;
  readonly writing: readonly SourceObject[];
}

/**
 * The access of all documents and identities in one sync. Documents may carry tokens of before until they are written, so identities come in
 * two steps: before the first document, they lose what they must no longer find; after the last one, they get what is new. If a sync ends in
 * between, users find less than they may until the next one.
 */
export class AccessStage implements Disposable {
  readonly reading: AccessReading;
  /** The objects without the fields that some readers may not read. */
  readonly objects: readonly SourceObject[];
  readonly #options: StageOptions;
  #state: AccessState | undefined;
  /** The fields that documents contain. */
  #fields: AccessState["carriedFields"];
  #users: IdentitySync | undefined;

  private constructor({ reading, objects, state, fields }: StageParts, options: StageOptions) {
    this.reading = reading;
    this.objects = objects;
    this.#state = state;
    this.#fields = fields;
    this.#options = options;
  }

  /** Reads who may see what. Nothing is written before this has succeeded. */
  static async begin(objects: readonly SourceObject[], options: StageOptions): Promise<AccessStage> {
    const { security, request, indexedTypes, statistics } = options;
    const state = await security.state.read(request.signal);
    const reading = await AccessReading.read({
      source: security.sharing,
      objects: [...new Set(objects.map(({ name }) => name))],
      fieldObjects: fieldObjectsOf(objects),
      relatedObjects: relatedObjectsOf(objects),
      access: { ...security.options, now: request.clock.now() },
      listsInUse: state?.lists ?? [],
      signal: request.signal,
    });
    const shown = await withoutHiddenFields(objects, reading);
    statistics.warn(...reading.warnings, ...shown.warnings);
    const fields = fieldsBefore(objects, { state, indexedTypes });
    return new AccessStage({ reading, objects: shown.objects, state, fields }, options);
  }

  /** The documents of these object types whose access differs. */
  differing(types: Iterable<string>): Promise<DifferingDocuments> {
    const { request, statistics } = this.#options;
    const writer = new DocumentWriter({ ...request, statistics });
    return DifferingDocuments.find(types, { ...request, access: this.reading, writer });
  }

  /**
   * Takes away what users must no longer find. `documentsChange`: documents with tokens of before exist. `writing`: the objects whose
   * documents are written next.
   */
  async narrowIdentities({ documentsChange, writing }: NarrowOptions): Promise<void> {
    const { security, request, statistics } = this.#options;
    const { signal } = request;
    const field = await request.index.prepareAccess(signal);
    await this.#setFields(fieldsDuring(this.#fields, writing));
    await security.identities.prepare(signal);
    const identities = this.reading.identities(toFieldsOfDocuments(this.#fields));
    const counts = statistics.of("identities");
    this.#users = new IdentitySync(identities, { index: security.identities, field, counts, signal });
    await this.#users.narrow({ documentsChange });
  }

  /** Updates these documents; then users get everything that they may find. `written`: the objects whose documents were all written. */
  async complete(differing: DifferingDocuments, written: readonly SourceObject[]): Promise<void> {
    const { request, statistics } = this.#options;
    const before = this.#refusals();
    try {
      await differing.update();
    } finally {
      await finishWriting(request);
    }
    this.#refuseIncompleteUpdate(before);
    const fields = fieldsAfter(this.#fields, written);
    if (!isDeepStrictEqual(fields, this.#fields)) {
      await this.#setFields(fields);
      this.#users?.replace(this.reading.identities(toFieldsOfDocuments(fields)));
    }
    statistics.warn(...hiddenObjectWarnings(fields, this.reading));
    await this.#users?.complete();
    statistics.permissionsExpireAt = this.reading.permissionsExpireAt ?? null;
  }

  [Symbol.dispose](): void {
    this.#users?.[Symbol.dispose]();
    this.reading[Symbol.dispose]();
  }

  async #setFields(carriedFields: AccessState["carriedFields"]): Promise<void> {
    const { security, request } = this.#options;
    const state: AccessState = { lists: this.reading.listsChosen, carriedFields };
    if (!isDeepStrictEqual(state, this.#state)) await security.state.write(state, request.signal);
    this.#state = state;
    this.#fields = carriedFields;
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
