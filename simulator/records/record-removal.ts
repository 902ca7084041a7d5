import { badRequest, notFound, SalesforceError } from "../core/salesforce-error.ts";
import type { ChildRelationship, ObjectDefinition } from "../schema/object-definition.ts";
import { isView } from "../schema/views.ts";
import { systemFields, type Writer } from "./record-changes.ts";
import { entityIsDeleted, type RecordStore } from "./record-store.ts";

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
    this.#remove(object, id, { writer, root: id });
  }

  /** Restores a record and the children that were deleted with it. */
  undelete(object: ObjectDefinition, id: string, writer: Writer): void {
    const row = this.#store.read(object, id);
    if (row === undefined) throw notFound("The requested resource does not exist");
    if (row["IsDeleted"] !== 1 || !object.undeletable) {
      throw badRequest("UNDELETE_FAILED", "Entity is not in the recycle bin");
    }
    for (const candidate of this.#store.schema.objects) {
      if (!isView(candidate) && candidate.system === "full") this.#restore(candidate, id, writer);
    }
    if (this.#store.read(object, id)?.["IsDeleted"] === 1) this.#restoreOne(object, id, writer);
    this.#restoreReferences(id);
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
    for (const loserId of loserIds) {
      for (const child of this.#store.schema.children(object)) this.#moveChildren(child, loserId, { masterId, writer });
      this.#store.update(object, loserId, {
        ...systemFields(object, writer, "modified"),
        IsDeleted: 1,
        MasterRecordId: masterId,
        _deleted_with: loserId,
      });
      this.#recordDeletion(object.name, loserId, writer);
    }
    this.#store.update(object, masterId, systemFields(object, writer, "modified"));
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

  #remove(object: ObjectDefinition, id: string, { writer, root }: { writer: Writer; root: string }): void {
    if (object.system === "full") {
      this.#store.update(object, id, {
        ...systemFields(object, writer, "modified"),
        IsDeleted: 1,
        _deleted_with: root,
      });
    } else {
      this.#store.remove(object.name, id);
    }
    if (object.replicateable) this.#recordDeletion(object.name, id, writer);
    for (const child of this.#store.schema.children(object)) this.#removeChildren(child, id, { writer, root });
  }

  #removeChildren(
    child: ChildRelationship,
    parentId: string,
    { writer, root }: { writer: Writer; root: string },
  ): void {
    const onDelete = child.field.child?.onDelete;
    if (isView({ name: child.childObject }) || (onDelete !== "cascade" && onDelete !== "clear")) return;
    const object = this.#store.schema.get(child.childObject);
    for (const id of this.#childIds(child, parentId)) {
      if (onDelete === "cascade") this.#remove(object, id, { writer, root });
      else this.#clearReference(object, id, { field: child.field.name, parentId, root });
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

  #moveChildren(
    child: ChildRelationship,
    fromId: string,
    { masterId, writer }: { masterId: string; writer: Writer },
  ): void {
    if (
      isView({ name: child.childObject }) ||
      child.field.derived !== undefined ||
      child.field.name === "MasterRecordId"
    )
      return;
    const object = this.#store.schema.get(child.childObject);
    for (const id of this.#childIds(child, fromId)) {
      if (id === masterId || object.name.endsWith("Share")) continue;
      const stamps = object.fieldsByName.has("systemmodstamp") ? { SystemModstamp: writer.now } : {};
      this.#store.update(object, id, { [child.field.name]: masterId, ...stamps });
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

  #restore(object: ObjectDefinition, root: string, writer: Writer): void {
    const rows = this.#store.database.rows(`SELECT "Id" FROM "${object.name}" WHERE "_deleted_with" = ?`, [root]);
    for (const [id] of rows) this.#restoreOne(object, String(id), writer);
  }

  #restoreOne(object: ObjectDefinition, id: string, writer: Writer): void {
    const merged = object.fieldsByName.has("masterrecordid") ? { MasterRecordId: null } : {};
    this.#store.update(object, id, {
      ...systemFields(object, writer, "modified"),
      ...merged,
      IsDeleted: 0,
      _deleted_with: null,
    });
    this.#store.database.run(`DELETE FROM "_deletions" WHERE object = ? AND id = ?`, [object.name, id]);
  }

  /** Restores references that the deletion cleared, unless they were set since. */
  #restoreReferences(root: string): void {
    const rows = this.#store.database.rows(`SELECT object, id, field, value FROM "_cleared" WHERE deleted_with = ?`, [
      root,
    ]);
    for (const [object, id, field, value] of rows) {
      this.#store.database.run(
        `UPDATE "${String(object)}" SET "${String(field)}" = ? WHERE "Id" = ? AND "${String(field)}" IS NULL`,
        [String(value), String(id)],
      );
      this.#store.database.touch(String(object));
    }
    this.#store.database.run(`DELETE FROM "_cleared" WHERE deleted_with = ?`, [root]);
  }
}
