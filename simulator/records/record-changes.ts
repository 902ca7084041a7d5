import { badRequest, notFound, SalesforceError } from "../core/salesforce-error.ts";
import type { FieldDefinition } from "../schema/field-definition.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import type { Schema } from "../schema/schema.ts";
import { shareTableNamed } from "../sharing/share-tables.ts";
import { Consequences } from "./consequences.ts";
import { addDerivedValues, addSetupValues, type RowValues } from "./derived-rows.ts";
import { writeHistory } from "./field-history.ts";
import { PortalRoles } from "./portal-roles.ts";
import { storedValue, type StoredValue } from "./field-values.ts";
import { entityIsDeleted, type RecordStore } from "./record-store.ts";
import { checkSharing } from "./sharing-refusals.ts";
import { systemFields, type Writer } from "./system-fields.ts";

type Body = Readonly<Record<string, unknown>>;

/** Validates, creates and updates records. Error codes: "Status Codes", SOAP API Developer Guide. */
export class RecordChanges {
  readonly #store: RecordStore;
  readonly #schema: Schema;

  constructor(store: RecordStore) {
    this.#store = store;
    this.#schema = store.schema;
  }

  create(object: ObjectDefinition, body: Body, writer: Writer): string {
    if (!object.createable)
      throw new SalesforceError(
        400,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        `entity type ${object.name} is not createable through the API`,
      );
    const values = this.#values(object, body, "createable");
    return this.insert(object, values, writer);
  }

  /** Creates a record from stored values, which can include values that users cannot set. */
  insert(object: ObjectDefinition, values: RowValues, writer: Writer): string {
    applyDefaults(object, values, writer);
    addDerivedValues(object, values, { now: writer.now, previous: undefined });
    addSetupValues(object, values, (table, id, column) => this.#valueOf(table, id, column));
    this.#useAggregatedSet(object, values);
    checkRequired(object, values);
    this.#checkReferences(object, values);
    this.#checkUnique(object, values, undefined);
    const merged = this.#rowOfOwner(object, values);
    if (merged !== undefined) return merged;
    checkSharing(this.#store.database, { object, id: undefined, values, previous: undefined });
    if (object.name === "User") PortalRoles.check(this.#store, values);
    return this.addRow(object, values, writer);
  }

  /** Adds a row without validation, and the rows that Salesforce derives from it. */
  addRow(object: ObjectDefinition, values: RowValues, writer: Writer): string {
    const row = { ...values, ...systemFields(object, writer, "created") };
    const id = this.#store.insert(object, row);
    writeHistory(this.#store, object, { id, values: row, previous: undefined, writer });
    const consequences = new Consequences(this.#store, writer);
    consequences.created(object, id, row);
    consequences.settle();
    return id;
  }

  /** Updates all share rows of these objects after a change of the sharing settings. */
  refreshShares(objects: readonly string[], writer: Writer): void {
    const { shares } = new Consequences(this.#store, writer);
    for (const object of objects) shares.addAll(object);
    shares.settle();
  }

  update(object: ObjectDefinition, id: string, { body, writer }: { body: Body; writer: Writer }): void {
    if (!object.updateable)
      throw new SalesforceError(
        400,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        `entity type ${object.name} is not updateable through the API`,
      );
    const previous = this.existing(object, id);
    const values = this.#values(object, body, "updateable");
    checkNotEmptied(object, values);
    addDerivedValues(object, values, { now: writer.now, previous });
    this.#checkReferences(object, values);
    this.#checkUnique(object, values, id);
    if (object.name === "User" && "ProfileId" in values) {
      values["UserType"] = this.#valueOf("Profile", values["ProfileId"], "UserType");
    }
    checkSharing(this.#store.database, { object, id, values, previous });
    Object.assign(values, systemFields(object, writer, "modified"));
    this.#store.update(object, id, values);
    writeHistory(this.#store, object, { id, values, previous, writer });
    const consequences = new Consequences(this.#store, writer);
    consequences.changed(object, id, { previous, values });
    consequences.settle();
  }

  /** Throws a 404 if the row does not exist or is deleted. */
  existing(object: ObjectDefinition, id: string): RowValues {
    const row = this.#store.read(object, id);
    if (row === undefined) throw notFound("The requested resource does not exist");
    if (row["IsDeleted"] === 1) throw entityIsDeleted();
    return row;
  }

  #valueOf(table: string, id: StoredValue | undefined, column: string): StoredValue {
    if (typeof id !== "string") return null;
    const value = this.#store.database.row(`SELECT "${column}" FROM "${table}" WHERE "Id" = ?`, [id])?.[0];
    return typeof value === "string" || typeof value === "number" ? value : null;
  }

  /** Assigns the aggregated set of a permission set group. */
  #useAggregatedSet(object: ObjectDefinition, values: RowValues): void {
    const groupId = values["PermissionSetGroupId"];
    if (object.name !== "PermissionSetAssignment" || typeof groupId !== "string") return;
    const set = this.#store.database.row(`SELECT "Id" FROM "PermissionSet" WHERE "PermissionSetGroupId" = ?`, [
      groupId,
    ]);
    if (typeof set?.[0] === "string") values["PermissionSetId"] = set[0];
  }

  /** Salesforce stores no extra row for a manual share with the owner: the owner's row covers it (Object Reference, "AccountShare"). */
  #rowOfOwner(object: ObjectDefinition, values: RowValues): string | undefined {
    const table = shareTableNamed(object.name);
    if (table === undefined || values["RowCause"] !== "Manual") return undefined;
    const row = this.#store.database.row(
      `SELECT "Id" FROM "${table.share}" WHERE "${table.parentField}" = ? AND "UserOrGroupId" = ? AND "RowCause" = 'Owner' AND "IsDeleted" = 0`,
      [values[table.parentField] ?? null, values["UserOrGroupId"] ?? null],
    );
    return typeof row?.[0] === "string" ? row[0] : undefined;
  }

  #values(object: ObjectDefinition, body: Body, allowed: "createable" | "updateable"): RowValues {
    const values: RowValues = {};
    const refused: string[] = [];
    for (const [name, value] of Object.entries(body)) {
      if (name === "attributes") continue;
      const field = object.fieldsByName.get(name.toLowerCase());
      if (field === undefined) {
        throw badRequest("INVALID_FIELD", `No such column '${name}' on sobject of type ${object.name}`);
      }
      if (!field[allowed]) refused.push(field.name);
      else if (field.type !== "base64") values[field.name] = storedValue(field, value);
    }
    if (refused.length === 0) return values;
    throw new SalesforceError(400, "INVALID_FIELD_FOR_INSERT_UPDATE", {
      message: `Unable to create/update fields: ${refused.join(", ")}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
      fields: refused,
    });
  }

  #checkReferences(object: ObjectDefinition, values: RowValues): void {
    for (const [name, value] of Object.entries(values)) {
      const field = object.fieldsByName.get(name.toLowerCase());
      if (field?.type === "reference" && typeof value === "string") this.#checkReference(field, value);
    }
  }

  #checkReference(field: FieldDefinition, id: string): void {
    const target = this.#schema.byPrefix(id.slice(0, 3));
    if (target === undefined || !field.referenceTo.includes(target.name)) {
      throw new SalesforceError(400, "FIELD_INTEGRITY_EXCEPTION", {
        message: `${field.label}: id value of incorrect type: ${id}`,
        fields: [field.name],
      });
    }
    const row = this.#store.database.row(
      `SELECT ${target.fieldsByName.has("isdeleted") ? `"IsDeleted"` : "0"} FROM "${target.name}" WHERE "Id" = ?`,
      [id],
    );
    if (row === undefined) {
      throw new SalesforceError(400, "INVALID_CROSS_REFERENCE_KEY", {
        message: "invalid cross reference id",
        fields: [],
      });
    }
    if (row[0] === 1) throw new SalesforceError(400, "ENTITY_IS_DELETED", { message: "entity is deleted", fields: [] });
  }

  #checkUnique(object: ObjectDefinition, values: RowValues, ownId: string | undefined): void {
    for (const field of object.fields) {
      const value = values[field.name];
      if (!field.unique || value === null || value === undefined) continue;
      const other = this.#store.database.row(
        `SELECT "Id" FROM "${object.name}" WHERE "${field.name}" = ? AND "Id" IS NOT ?${object.fieldsByName.has("isdeleted") ? ' AND "IsDeleted" = 0' : ""}`,
        [value, ownId ?? null],
      );
      if (other === undefined) continue;
      throw new SalesforceError(400, "DUPLICATE_VALUE", {
        message: `duplicate value found: ${field.name} duplicates value on record with id: ${String(other[0])}`,
        fields: [field.name],
      });
    }
  }
}

function applyDefaults(object: ObjectDefinition, values: RowValues, { userId }: Writer): void {
  for (const field of object.fields) {
    if (field.defaultValue !== undefined) values[field.name] ??= field.defaultValue;
    if (field.name === "OwnerId" && field.referenceTo.includes("User")) values["OwnerId"] ??= userId;
    if (field.name === "InsertedById") values["InsertedById"] ??= userId;
  }
}

function checkRequired(object: ObjectDefinition, values: RowValues): void {
  const missing = object.fields.filter(
    (field) => field.required && field.createable && (values[field.name] ?? null) === null && field.type !== "boolean",
  );
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name);
  throw new SalesforceError(400, "REQUIRED_FIELD_MISSING", {
    message: `Required fields are missing: [${names.join(", ")}]`,
    fields: names,
  });
}

function checkNotEmptied(object: ObjectDefinition, values: RowValues): void {
  const emptied = object.fields
    .filter((field) => field.required && values[field.name] === null)
    .map(({ name }) => name);
  if (emptied.length === 0) return;
  throw new SalesforceError(400, "REQUIRED_FIELD_MISSING", {
    message: `Required fields are missing: [${emptied.join(", ")}]`,
    fields: emptied,
  });
}
