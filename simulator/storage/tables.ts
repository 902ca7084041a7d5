import type { FieldDefinition } from "../schema/field-definition.ts";
import { isId, isNumber, isStored, isText } from "../schema/field-definition.ts";
import type { ObjectDefinition } from "../schema/object-definition.ts";
import type { Schema } from "../schema/schema.ts";
import { isView } from "../schema/views.ts";
import { relatedListViews } from "./related-list-views.ts";

// One table for each object, one column for each field. Ids are 18 characters of text, dateTimes milliseconds since 1970, dates ISO text,
// times milliseconds since midnight, booleans 0 and 1; texts compare without case. Columns with an underscore are internal:
//   _row           order of storage, and of results without ORDER BY
//   _deleted_with  the record whose deletion deleted this row: undeleting it restores both
//   _recipe        the input for rendering the bytes of a generated ContentVersion

/** The columns that can be written, in the order of the definition. */
export function storedColumns(object: ObjectDefinition): FieldDefinition[] {
  return object.fields.filter((field) => isStored(field) && field.derived === undefined);
}

export function createTables(schema: Schema): string[] {
  const statements = schema.objects.filter((object) => !isView(object)).map((object) => tableSql(object));
  return [
    ...statements,
    caseFeedView(schema),
    ...relatedListViews,
    `CREATE TABLE "_blobs" (version_id TEXT PRIMARY KEY, data BLOB NOT NULL)`,
    `CREATE TABLE "_deletions" (object TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (object, id))`,
    `CREATE TABLE "_cleared" (deleted_with TEXT NOT NULL, object TEXT NOT NULL, id TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL)`,
    `CREATE TABLE "_facts" (name TEXT PRIMARY KEY, value TEXT NOT NULL)`,
    `CREATE TABLE "_unstored_grants" (user_id TEXT NOT NULL, record_id TEXT NOT NULL, PRIMARY KEY (user_id, record_id))`,
  ];
}

/** Indexes the fields that Salesforce indexes by default: ids, references, SystemModstamp, names and external ids. */
export function createIndexes(schema: Schema): string[] {
  return schema.objects.filter((object) => !isView(object)).flatMap((object) => indexSql(object));
}

/** The table and the indexes of one object, for an org that does not have the object yet. */
export function createObjectTable(object: ObjectDefinition): string[] {
  return [tableSql(object), ...indexSql(object)];
}

function tableSql(object: ObjectDefinition): string {
  const columns = object.fields.filter((field) => isStored(field)).map((field) => columnSql(field));
  const own = [`"_row" INTEGER PRIMARY KEY`, `"_deleted_with" TEXT`];
  if (object.name === "ContentVersion") own.push(`"_recipe" TEXT`);
  return `CREATE TABLE "${object.name}" (${[...own, ...columns].join(", ")})`;
}

function columnSql(field: FieldDefinition): string {
  const declared = `"${field.name}" ${storageType(field)}`;
  if (field.derived !== undefined) return `${declared} GENERATED ALWAYS AS (${field.derived}) VIRTUAL`;
  return field.type === "boolean" ? `${declared} NOT NULL DEFAULT 0` : declared;
}

function storageType(field: FieldDefinition): string {
  if (field.type === "boolean" || field.type === "int" || field.type === "datetime" || field.type === "time")
    return "INTEGER";
  if (isNumber(field.type)) return "REAL";
  if (isId(field.type) || field.type === "date") return "TEXT";
  return isText(field.type) && !field.caseSensitive ? "TEXT COLLATE NOCASE" : "TEXT";
}

function indexSql(object: ObjectDefinition): string[] {
  const indexed = object.fields.filter((field) => isIndexed(field)).map((field) => field.name);
  const plain = indexed.map((name) => `CREATE INDEX "${object.name}_${name}" ON "${object.name}" ("${name}")`);
  return [`CREATE UNIQUE INDEX "${object.name}_Id" ON "${object.name}" ("Id")`, ...plain];
}

const unindexedReferences: ReadonlySet<string> = new Set([
  "CreatedById",
  "LastModifiedById",
  "OwnerId",
  "RecordTypeId",
  "InsertedById",
  "MasterRecordId",
]);

function isIndexed(field: FieldDefinition): boolean {
  if (!isStored(field)) return false;
  if (field.type === "reference") return !unindexedReferences.has(field.name);
  return (
    field.name === "SystemModstamp" ||
    field.externalId ||
    field.unique ||
    (field.nameField && field.autoNumber === undefined)
  );
}

/** CaseFeed shows the FeedItem rows whose parent is a case. */
function caseFeedView(schema: Schema): string {
  const columns = storedColumns(schema.get("CaseFeed")).map(({ name }) => `"${name}"`);
  return `CREATE VIEW "CaseFeed" AS SELECT "_row", "_deleted_with", ${columns.join(", ")} FROM "FeedItem" WHERE substr("ParentId", 1, 3) = '500'`;
}
