import { accountChildren, shareTableNamed, shareTableOf, shareTables } from "../sharing/share-tables.ts";
import { ShareKeeper } from "../sharing/share-keeper.ts";
import { SharingSettings } from "../sharing/sharing-settings.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import type { RowValues } from "./derived-rows.ts";
import type { RecordStore } from "./record-store.ts";
import { systemFields, type Writer } from "./system-fields.ts";

/** The columns that determine share rows. */
const deciding = ["OwnerId", "AccountId", "ContactId", "IsPrivate", "IsDeleted"];

/** The objects whose rows share a record, with the field of the record. */
const sharers: ReadonlyMap<string, { readonly object: string; readonly field: string }> = new Map([
  ["AccountTeamMember", { object: "Account", field: "AccountId" }],
  ["OpportunityTeamMember", { object: "Opportunity", field: "OpportunityId" }],
  ["CaseTeamMember", { object: "Case", field: "ParentId" }],
  ["ObjectTerritory2Association", { object: "Account", field: "ObjectId" }],
]);

/** Collects the records whose share rows a write may change, and updates those rows. */
export class ChangedShares {
  readonly #store: RecordStore;
  readonly #writer: Writer;
  readonly #changed = new Map<string, Set<string> | "all">();

  constructor(store: RecordStore, writer: Writer) {
    this.#store = store;
    this.#writer = writer;
  }

  /** Call it after a row was created, removed or restored. */
  note(object: ObjectDefinition, id: string, row: RowValues): void {
    if (shareTableOf(object.name) !== undefined) this.#noteRecord(object.name, id, row);
    const table = shareTableNamed(object.name);
    if (table !== undefined) this.add(table.object, row[table.parentField]);
    const sharer = sharers.get(object.name);
    if (sharer !== undefined) this.add(sharer.object, row[sharer.field]);
  }

  /** Call it after a row was changed, with its previous values. */
  noteChange(
    object: ObjectDefinition,
    id: string,
    { previous, values }: { previous: RowValues; values: RowValues },
  ): void {
    const current = { ...previous, ...values };
    if (shareTableOf(object.name) === undefined) {
      this.note(object, id, current);
      return;
    }
    if (!deciding.some((name) => name in values && values[name] !== previous[name])) return;
    this.#noteRecord(object.name, id, previous);
    this.#noteRecord(object.name, id, current);
  }

  add(object: string, id: unknown): void {
    const ids = this.#changed.get(object);
    if (typeof id !== "string" || ids === "all") return;
    if (ids === undefined) this.#changed.set(object, new Set([id]));
    else ids.add(id);
  }

  addAll(object: string): void {
    this.#changed.set(object, "all");
  }

  /** Removes the share rows of a record with the given causes. */
  drop(object: string, id: string, causes: (cause: string) => boolean): void {
    const table = shareTableOf(object);
    if (table === undefined) return;
    const rows = this.#store.database.rows(
      `SELECT "Id", "RowCause" FROM "${table.share}" WHERE "${table.parentField}" = ? AND "IsDeleted" = 0`,
      [id],
    );
    for (const [share, cause] of rows) if (causes(String(cause))) this.#store.remove(table.share, String(share));
    this.add(object, id);
  }

  /** Removes the share rows of a user or group. Without `cause`, removes those of all causes. */
  dropOf(principal: string, cause?: string): void {
    for (const { object, share, parentField } of shareTables) {
      const rows = this.#store.database.rows(
        `SELECT "Id", "${parentField}" FROM "${share}" WHERE "UserOrGroupId" = ?1 AND "RowCause" = coalesce(?2, "RowCause")`,
        [principal, cause ?? null],
      );
      for (const [id, record] of rows) {
        this.#store.remove(share, String(id));
        this.add(object, record);
      }
    }
  }

  /** Updates the share rows of all collected records. */
  settle(): void {
    if (this.#changed.size === 0) return;
    const changed = new Map(this.#changed);
    this.#changed.clear();
    const { database } = this.#store;
    new ShareKeeper(database, new SharingSettings(database), {
      insert: (share, values) =>
        void this.#store.insert(this.#store.schema.get(share), { ...values, ...this.#stamps(share) }),
      update: (share, id, values) =>
        this.#store.update(this.#store.schema.get(share), id, { ...values, ...this.#stamps(share) }),
      remove: (share, id) => this.#store.remove(share, id),
    }).refresh(changed);
  }

  #stamps(share: string): RowValues {
    return systemFields(this.#store.schema.get(share), this.#writer, "created");
  }

  #noteRecord(object: string, id: string, row: RowValues): void {
    this.add(object, id);
    if (accountChildren.some((child) => child === object)) this.add("Account", row["AccountId"]);
  }
}
