import { badRequest, notFound, SalesforceError } from "../core/salesforce-error.ts";
import type { ChildRelationship, ObjectDefinition } from "../schema/object-definition.ts";
import { Consequences } from "./consequences.ts";
import { isView } from "../schema/views.ts";
import { entityIsDeleted, type RecordStore } from "./record-store.ts";
import { checkSharingRemoval } from "./sharing-refusals.ts";
import { systemFields, type Writer } from "./system-fields.ts";

/** One deletion, restoration or merge, with its root record. */
interface Removal {
  readonly writer: Writer;
  readonly root: string;
  readonly consequences: Consequences;
}

/** Deletes, undeletes, merges and purges records with their children. */
export class RecordRemoval {
  readonly #store: RecordStore;

  constructor(store: RecordStore) {
    this.#store = store;
  }

  /** Deletes a record and its dependent children. Records of most objects go to the recycle bin. */
  delete(object: ObjectDefinition, id: string, writer: Writer): void {
    if (!object.deletable) {
      throw badRequest(
        "INSUFFICIENT_ACCESS_OR_READONLY",
        `entity type ${object.name} is not deletable through the API`,
      );
    }
    const row = this.#store.read(object, id);
    if (row === undefined) throw notFound("The requested resource does not exist");
    if (row["IsDeleted"] === 1) throw entityIsDeleted();
    this.#checkRestrictions(object, id);
    checkSharingRemoval(this.#store.database, { object, id, row });
    const consequences = new Consequences(this.#store, writer);
    this.#remove(object, id, { writer, root: id, consequences });
    consequences.settle();
  }

  /** Restores a record and the children that were deleted with it. */
  undelete(object: ObjectDefinition, id: string, writer: Writer): void {
    const row = this.#store.read(object, id);
    if (row === undefined) throw notFound("The requested resource does not exist");
    if (row["IsDeleted"] !== 1 || !object.undeletable) {
      throw badRequest("UNDELETE_FAILED", "Entity is not in the recycle bin");
    }
    const removal = { writer, root: id, consequences: new Consequences(this.#store, writer) };
    for (const candidate of this.#store.schema.objects) {
      if (!isView(candidate) && isKeptInBin(candidate)) this.#restore(candidate, removal);
    }
    if (this.#store.read(object, id)?.["IsDeleted"] === 1) this.#restoreOne(object, id, removal);
    this.#restoreReferences(removal);
    removal.consequences.settle();
  }

  /** Merges records: the children move to the master; the other records are deleted and refer to it in `MasterRecordId`. */
  merge(
    object: ObjectDefinition,
    masterId: string,
    { loserIds, writer }: { loserIds: readonly string[]; writer: Writer },
  ): void {
    if (!object.mergeable) throw badRequest("INVALID_TYPE", `${object.name} records cannot be merged.`);
    if (loserIds.length === 0 || loserIds.length > 2 || loserIds.includes(masterId)) {
      throw badRequest("INVALID_ARGUMENT", "A merge takes a master and one or two other records.");
    }
    for (const id of [masterId, ...loserIds]) {
      const row = this.#store.read(object, id);
      if (row === undefined) throw notFound("The requested resource does not exist");
      if (row["IsDeleted"] === 1) throw entityIsDeleted();
    }
    const consequences = new Consequences(this.#store, writer);
    for (const loserId of loserIds) {
      const removal = { writer, root: loserId, consequences };
      for (const child of this.#store.schema.children(object)) this.#moveChildren(child, masterId, removal);
      this.#store.update(object, loserId, {
        ...systemFields(object, writer, "modified"),
        IsDeleted: 1,
        MasterRecordId: masterId,
        _deleted_with: loserId,
      });
      this.#recordDeletion(object.name, loserId, writer);
      consequences.touched(object, loserId, this.#store.read(object, loserId) ?? {});
    }
    this.#store.update(object, masterId, systemFields(object, writer, "modified"));
    consequences.touched(object, masterId, this.#store.read(object, masterId) ?? {});
    consequences.settle();
  }

  /** Empties the recycle bin and returns the number of deleted rows. `getDeleted` does not report earlier deletions afterwards. */
  purge(now: number): number {
    let count = 0;
    for (const object of this.#store.schema.objects) {
      if (isView(object) || !object.fieldsByName.has("isdeleted")) continue;
      const gone = this.#store.database.run(`DELETE FROM "${object.name}" WHERE "IsDeleted" = 1`);
      if (gone > 0) this.#store.database.touch(object.name);
      count += gone;
    }
    this.#store.database.run(`DELETE FROM "_deletions"`);
    this.#store.database.run(`DELETE FROM "_cleared"`);
    this.#store.database.run(`INSERT OR REPLACE INTO "_facts" VALUES ('purged_at', ?)`, [String(now)]);
    return count;
  }

  /** Deletes one record in the recycle bin permanently. */
  purgeOne(object: ObjectDefinition, id: string): void {
    if (this.#store.read(object, id)?.["IsDeleted"] !== 1) {
      throw badRequest("ENTITY_IS_NOT_IN_RECYCLE_BIN", "The record is not in the recycle bin");
    }
    this.#store.remove(object.name, id);
  }

  #checkRestrictions(object: ObjectDefinition, id: string): void {
    for (const child of this.#store.schema.children(object)) {
      if (child.field.child?.onDelete !== "restrict") continue;
      const found = this.#childIds(child, id);
      if (found.length === 0) continue;
      throw new SalesforceError(400, "DELETE_FAILED", {
        message: `Your attempt to delete the record could not be completed because it is associated with the following ${child.childObject} records: ${found.slice(0, 5).join(", ")}`,
        fields: [],
      });
    }
  }

  #remove(object: ObjectDefinition, id: string, removal: Removal): void {
    const { writer, root, consequences } = removal;
    const row = this.#store.read(object, id) ?? {};
    if (isKeptInBin(object) && (object.system === "full" || id !== root)) {
      this.#store.update(object, id, {
        ...systemFields(object, writer, "modified"),
        IsDeleted: 1,
        _deleted_with: root,
      });
    } else {
      this.#store.remove(object.name, id);
    }
    if (object.replicateable) this.#recordDeletion(object.name, id, writer);
    consequences.touched(object, id, row);
    for (const child of this.#store.schema.children(object)) this.#removeChildren(child, id, removal);
  }

  #removeChildren(child: ChildRelationship, parentId: string, removal: Removal): void {
    const onDelete = child.field.child?.onDelete;
    if (isView({ name: child.childObject }) || (onDelete !== "cascade" && onDelete !== "clear")) return;
    const object = this.#store.schema.get(child.childObject);
    for (const id of this.#childIds(child, parentId)) {
      if (onDelete === "cascade") this.#remove(object, id, removal);
      else this.#clearReference(object, id, { field: child.field.name, parentId, root: removal.root });
    }
  }

  #clearReference(
    object: ObjectDefinition,
    id: string,
    { field, parentId, root }: { field: string; parentId: string; root: string },
  ): void {
    this.#store.update(object, id, { [field]: null });
    this.#store.database.run(`INSERT INTO "_cleared" VALUES (?, ?, ?, ?, ?)`, [root, object.name, id, field, parentId]);
  }

  /** Moves the children of the root record to the master. */
  #moveChildren(child: ChildRelationship, masterId: string, { root, writer, consequences }: Removal): void {
    if (
      isView({ name: child.childObject }) ||
      child.field.derived !== undefined ||
      child.field.name === "MasterRecordId"
    )
      return;
    const object = this.#store.schema.get(child.childObject);
    for (const id of this.#childIds(child, root)) {
      if (id === masterId || object.name.endsWith("Share")) continue;
      const stamps = object.fieldsByName.has("systemmodstamp") ? { SystemModstamp: writer.now } : {};
      this.#store.update(object, id, { [child.field.name]: masterId, ...stamps });
      consequences.touched(object, id, this.#store.read(object, id) ?? {});
    }
  }

  #childIds({ childObject, field }: ChildRelationship, parentId: string): string[] {
    const object = this.#store.schema.get(childObject);
    if (field.derived !== undefined) return [];
    const alive = object.fieldsByName.has("isdeleted") ? ' AND "IsDeleted" = 0' : "";
    return this.#store.database
      .rows(`SELECT "Id" FROM "${childObject}" WHERE "${field.name}" = ?${alive}`, [parentId])
      .map(([id]) => String(id));
  }

  #recordDeletion(object: string, id: string, { now }: Writer): void {
    this.#store.database.run(`INSERT OR REPLACE INTO "_deletions" VALUES (?, ?, ?)`, [object, id, now]);
  }

  #restore(object: ObjectDefinition, removal: Removal): void {
    const rows = this.#store.database.rows(`SELECT "Id" FROM "${object.name}" WHERE "_deleted_with" = ?`, [
      removal.root,
    ]);
    for (const [id] of rows) this.#restoreOne(object, String(id), removal);
  }

  #restoreOne(object: ObjectDefinition, id: string, { writer, consequences }: Removal): void {
    const merged = object.fieldsByName.has("masterrecordid") ? { MasterRecordId: null } : {};
    this.#store.update(object, id, {
      ...systemFields(object, writer, "modified"),
      ...merged,
      IsDeleted: 0,
      _deleted_with: null,
    });
    this.#store.database.run(`DELETE FROM "_deletions" WHERE object = ? AND id = ?`, [object.name, id]);
    consequences.touched(object, id, this.#store.read(object, id) ?? {});
  }

  /** Restores references that the deletion cleared, unless a later write has set them. */
  #restoreReferences({ root, consequences }: Removal): void {
    const rows = this.#store.database.rows(`SELECT object, id, field, value FROM "_cleared" WHERE deleted_with = ?`, [
      root,
    ]);
    for (const [object, id, field, value] of rows) {
      this.#store.database.run(
        `UPDATE "${String(object)}" SET "${String(field)}" = ? WHERE "Id" = ? AND "${String(field)}" IS NULL`,
        [String(value), String(id)],
      );
      this.#store.database.touch(String(object));
      const definition = this.#store.schema.get(String(object));
      consequences.touched(definition, String(id), this.#store.read(definition, String(id)) ?? {});
    }
    this.#store.database.run(`DELETE FROM "_cleared" WHERE deleted_with = ?`, [root]);
  }
}

/** Share rows move to the recycle bin only together with their record. */
function isKeptInBin({ system }: ObjectDefinition): boolean {
  return system === "full" || system === "share";
}
