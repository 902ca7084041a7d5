import type { ObjectDefinition } from "../schema/object-definition.ts";
import type { Schema } from "../schema/schema.ts";
import type { OrgDatabase } from "../storage/org-database.ts";
import type { Principals } from "./principals.ts";
import { hasRow, type Rows, RowSet } from "./row-set.ts";
import type { UserAccess } from "./user-access.ts";

// Read access to files: "Who Can See My File?"; Object Reference, "ContentDocumentLink", "ContentDocument". The role hierarchy grants none.

export const fileObjects: ReadonlySet<string> = new Set(["ContentDocument", "ContentVersion", "ContentDocumentLink"]);

interface FileParts {
  readonly schema: Schema;
  readonly database: OrgDatabase;
  readonly user: UserAccess;
  readonly principals: Principals;
  /** The records that the user may read. */
  readonly visible: { seen(user: UserAccess, object: ObjectDefinition): Rows };
}

/** Links to these objects share a file with people, not through a record. */
const audiences: ReadonlySet<string> = new Set(["User", "ContentWorkspace", "CollaborationGroup", "Organization"]);

export function visibleFiles(object: ObjectDefinition, parts: FileParts): Rows {
  const documents = visibleDocuments(parts);
  if (documents === "all") return "all";
  if (object.name === "ContentDocument") return documents;
  const rows = new RowSet();
  const sql = `SELECT o."_row", d."_row" FROM "${object.name}" o JOIN "ContentDocument" d ON d."Id" = o."ContentDocumentId"`;
  for (const [row, document] of parts.database.iterate(sql)) if (documents.has(Number(document))) rows.add(Number(row));
  return rows;
}

function visibleDocuments(parts: FileParts): "all" | RowSet {
  const { user, database } = parts;
  const rows = new RowSet();
  if (user.kind === "none") return rows;
  if (user.has("QueryAllFiles") || user.has("ModifyAllData")) return "all";
  const add = (sql: string, parameters: readonly string[]) => {
    for (const [row] of database.iterate(sql, parameters)) rows.add(Number(row));
  };
  add(`SELECT "_row" FROM "ContentDocument" WHERE "OwnerId" = ?1`, [user.id]);
  if (user.has("ViewAllData")) add(`${linked} WHERE l."LinkedEntityId" <> d."OwnerId" AND l."IsDeleted" = 0`, []);
  addAudiences(add, parts);
  addOfRecords(rows, parts);
  return rows;
}

const linked = `SELECT d."_row" FROM "ContentDocumentLink" l JOIN "ContentDocument" d ON d."Id" = l."ContentDocumentId"`;

/** Adds files linked to the user, to the user's libraries and Chatter groups, to public Chatter groups, or to the organization. */
function addAudiences(
  add: (sql: string, parameters: readonly string[]) => void,
  { user, principals }: FileParts,
): void {
  const internal = user.kind === "internal";
  const kinds = internal ? `IN ('AllUsers', 'InternalUsers', 'SharedUsers')` : `IN ('AllUsers', 'SharedUsers')`;
  const forUser = `l."IsDeleted" = 0 AND l."Visibility" ${kinds}`;
  const members = JSON.stringify([...principals.direct]);
  add(`${linked} WHERE l."LinkedEntityId" = ?1 AND ${forUser}`, [user.id]);
  add(
    `${linked} JOIN "ContentWorkspaceMember" m ON m."ContentWorkspaceId" = l."LinkedEntityId" WHERE m."MemberId" IN (SELECT value FROM json_each(?1)) AND ${forUser}`,
    [members],
  );
  add(
    `${linked} JOIN "CollaborationGroupMember" m ON m."CollaborationGroupId" = l."LinkedEntityId" WHERE m."MemberId" = ?1 AND ${forUser}`,
    [user.id],
  );
  if (!internal) return;
  add(
    `${linked} JOIN "CollaborationGroup" g ON g."Id" = l."LinkedEntityId" WHERE g."CollaborationType" = 'Public' AND ${forUser}`,
    [],
  );
  add(`${linked} WHERE l."LinkedEntityId" LIKE '00D%' AND ${forUser}`, []);
}

/** Adds files linked to records that the user may read, unless a file is private on records. SharedUsers applies to people only. */
function addOfRecords(rows: RowSet, { schema, database, user, visible }: FileParts): void {
  const kinds = user.kind === "internal" ? `IN ('AllUsers', 'InternalUsers')` : `= 'AllUsers'`;
  const field = schema.get("ContentDocumentLink").fieldsByName.get("linkedentityid");
  const prefixes = new Set(
    database
      .rows(`SELECT DISTINCT substr("LinkedEntityId", 1, 3) FROM "ContentDocumentLink"`)
      .map(([prefix]) => prefix),
  );
  for (const name of field?.referenceTo ?? []) {
    const object = schema.get(name);
    if (audiences.has(name) || !prefixes.has(object.prefix) || user.object(name) === undefined) continue;
    const seen = visible.seen(user, object);
    const alive = object.fieldsByName.has("isdeleted") ? ` AND r."IsDeleted" = 0` : "";
    const sql = `SELECT d."_row", r."_row" FROM "ContentDocumentLink" l JOIN "${name}" r ON r."Id" = l."LinkedEntityId"${alive} JOIN "ContentDocument" d ON d."Id" = l."ContentDocumentId"
      WHERE l."IsDeleted" = 0 AND l."Visibility" ${kinds} AND d."SharingPrivacy" = 'N'`;
    for (const [document, record] of database.iterate(sql)) {
      if (hasRow(seen, Number(record))) rows.add(Number(document));
    }
  }
}
