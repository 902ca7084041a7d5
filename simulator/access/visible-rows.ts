import type { ObjectDefinition } from "../schema/object-definition.ts";
import type { Schema } from "../schema/schema.ts";
import { isView, viewRecords } from "../schema/views.ts";
import { accountChildren, childLevel, ownerChildLevel, shareTableOf } from "../sharing/share-tables.ts";
import { isPublic, type SharingSettings } from "../sharing/sharing-settings.ts";
import type { OrgDatabase } from "../storage/org-database.ts";
import { fileObjects, visibleFiles } from "./visible-files.ts";
import { PrincipalDirectory, type Principals } from "./principals.ts";
import { hasSharingSettings } from "./record-access.ts";
import { restrictionOf } from "./restriction-rules.ts";
import { hasRow, type Rows, RowSet } from "./row-set.ts";
import type { UserAccess } from "./user-access.ts";

const granted = `IN ('Read', 'Edit', 'All')`;
const listed = (parameter: string) => `IN (SELECT value FROM json_each(${parameter}))`;
/** A contact without account, or with a deleted one, is always private, even if the default is public (Salesforce article 000384762). */
const withAccount = `EXISTS (SELECT 1 FROM "Account" a WHERE a."Id" = o."AccountId" AND a."IsDeleted" = 0)`;

interface VisibleRowsParts {
  readonly schema: Schema;
  readonly database: OrgDatabase;
  readonly settings: SharingSettings;
}

/** Finds all rows of an object that a user may read, by looking up the rows that refer to the user's principals. */
export class VisibleRows {
  readonly #parts: VisibleRowsParts;
  readonly #directory: PrincipalDirectory;
  readonly #schema: Schema;
  readonly #database: OrgDatabase;

  constructor(parts: VisibleRowsParts) {
    this.#parts = parts;
    this.#schema = parts.schema;
    this.#database = parts.database;
    this.#directory = new PrincipalDirectory(parts.database, parts.settings);
  }

  /** The rows that queries of the user return. */
  seen(user: UserAccess, object: ObjectDefinition): Rows {
    const parentField = followerField(object);
    if (parentField !== undefined) return this.#followers(user, object, parentField);
    if (isView(object)) return this.#shown(user, object);
    if (fileObjects.has(object.name)) {
      return visibleFiles(object, { ...this.#parts, user, visible: this, principals: this.#directory.of(user.id) });
    }
    if (object.name === "EntityDefinition") return this.#entities();
    if (!hasSharingSettings(object)) return "all";
    if (user.kind === "none") return new RowSet();
    if (user.on(object).viewAll) return "all";
    const shared = this.#shared(user, object);
    const restriction = restrictionOf(this.#database, object, user.id);
    if (restriction === undefined) return shared;
    return this.#collect(
      `SELECT o."_row" FROM "${object.name}" o WHERE ${restriction.sql}`,
      restriction.parameters,
      (row) => hasRow(shared, row),
    );
  }

  /** The rows of EntityDefinition, without share objects that the organization-wide defaults make unnecessary. */
  #entities(): Rows {
    const missing = this.#schema.objects.filter(
      ({ system, access }) =>
        system === "share" && access.kind === "parent" && !this.#parts.settings.hasShareTable(access.object),
    );
    const names = JSON.stringify(missing.map(({ name }) => name));
    return this.#collect(
      `SELECT "_row" FROM "EntityDefinition" WHERE "QualifiedApiName" NOT ${listed("?1")}`,
      [names],
      () => true,
    );
  }

  /** The rows that the user has access to without View All on the object. */
  #shared(user: UserAccess, object: ObjectDefinition): Rows {
    if (object.masters.length > 0) return this.#details(user, object);
    const principals = this.#directory.of(user.id);
    if (this.#isPublic(user, object)) return this.#public(user, object);
    const rows = new RowSet();
    const ids = this.#principalsFor(object, principals);
    const notPrivate = exceptionOf(object);
    const owned = object.name === "Contact" ? ` AND (${withAccount} OR o."OwnerId" = ?2)` : "";
    this.#add(rows, `SELECT o."_row" FROM "${object.name}" o WHERE o."OwnerId" ${listed("?1")}${owned}`, [
      ids,
      ...(owned === "" ? [] : [user.id]),
    ]);
    this.#addUnstored(rows, user, object);
    if (this.#parts.settings.isControlledByParent(object.name) || object.name === "Contract") {
      this.#addOfAccounts(rows, user, object);
      return rows;
    }
    this.#addShares(rows, user, { object, ids, notPrivate });
    if (user.kind !== "guest") this.#addImplicit(rows, { object, principals, notPrivate });
    return rows;
  }

  #isPublic({ kind }: UserAccess, { name }: ObjectDefinition): boolean {
    const { internal, external } = this.#parts.settings.defaultsOf(name);
    return kind !== "guest" && isPublic(kind === "internal" ? internal : external);
  }

  /** The rows that a public default opens, and those exceptions from it that the user can read for another reason. */
  #public(user: UserAccess, object: ObjectDefinition): Rows {
    const notPrivate = exceptionOf(object);
    if (notPrivate === "1") return "all";
    const rows = new RowSet();
    const ids = this.#principalsFor(object, this.#directory.of(user.id));
    const own = object.name === "Contact" ? JSON.stringify([user.id]) : ids;
    this.#add(rows, `SELECT o."_row" FROM "${object.name}" o WHERE ${notPrivate} OR o."OwnerId" ${listed("?1")}`, [
      own,
    ]);
    this.#addUnstored(rows, user, object);
    return rows;
  }

  #principalsFor(object: ObjectDefinition, { direct, hierarchical }: Principals): string {
    return JSON.stringify([...(this.#parts.settings.usesHierarchies(object) ? hierarchical : direct)]);
  }

  #addUnstored(rows: RowSet, user: UserAccess, object: ObjectDefinition): void {
    const sql = `SELECT o."_row" FROM "_unstored_grants" g JOIN "${object.name}" o ON o."Id" = g.record_id WHERE g.user_id = ?1`;
    this.#add(rows, sql, [user.id]);
    if (user.kind !== "high-volume" || (object.name !== "Account" && object.name !== "Contact")) return;
    const link = `SELECT u."${object.name}Id" FROM "User" u WHERE u."Id" = ?1`;
    this.#add(
      rows,
      `SELECT o."_row" FROM "${object.name}" o WHERE o."Id" IN (${link})${object.name === "Contact" ? ` AND ${withAccount}` : ""}`,
      [user.id],
    );
  }

  #addShares(
    rows: RowSet,
    user: UserAccess,
    { object, ids, notPrivate }: { object: ObjectDefinition; ids: string; notPrivate: string },
  ): void {
    const table = shareTableOf(object.name);
    if (table === undefined || !this.#parts.settings.hasShareTable(object.name)) return;
    const guest = user.kind === "guest" ? ` AND s."RowCause" = 'GuestRule'` : "";
    const sql = `SELECT o."_row" FROM "${table.share}" s CROSS JOIN "${object.name}" o ON o."Id" = s."${table.parentField}"
      WHERE s."UserOrGroupId" ${listed("?1")} AND s."IsDeleted" = 0 AND s."${table.level}" ${granted}${guest} AND ${notPrivate}`;
    this.#add(rows, sql, [ids]);
  }

  /** Adds children of accounts: those that the level of the account owner's role opens, and those that other account shares open. */
  #addImplicit(
    rows: RowSet,
    { object, principals, notPrivate }: { object: ObjectDefinition; principals: Principals; notPrivate: string },
  ): void {
    const child = accountChildren.find((name) => name === object.name);
    if (child === undefined) return;
    const ids = JSON.stringify([...principals.hierarchical]);
    const children = `CROSS JOIN "${child}" o ON o."AccountId" = a."Id"`;
    this.#add(
      rows,
      `SELECT o."_row" FROM "Account" a CROSS JOIN "User" u ON u."Id" = a."OwnerId" CROSS JOIN "UserRole" r ON r."Id" = u."UserRoleId" ${children}
        WHERE a."OwnerId" ${listed("?1")} AND a."IsDeleted" = 0 AND r."${ownerChildLevel[child]}" ${granted} AND ${notPrivate}`,
      [ids],
    );
    if (!this.#parts.settings.hasShareTable("Account")) return;
    this.#add(
      rows,
      `SELECT o."_row" FROM "AccountShare" s CROSS JOIN "Account" a ON a."Id" = s."AccountId" ${children}
        WHERE s."UserOrGroupId" ${listed("?1")} AND s."IsDeleted" = 0 AND s."RowCause" <> 'Owner' AND a."IsDeleted" = 0
          AND s."AccountAccessLevel" ${granted} AND s."${childLevel[child]}" ${granted} AND ${notPrivate}`,
      [ids],
    );
  }

  /** Adds contracts and contacts controlled by their account. View All on accounts does not open them (Salesforce article 000240369). */
  #addOfAccounts(rows: RowSet, user: UserAccess, object: ObjectDefinition): void {
    const accounts = this.#shared(user, this.#schema.get("Account"));
    const sql = `SELECT o."_row", a."_row" FROM "${object.name}" o JOIN "Account" a ON a."Id" = o."AccountId" AND a."IsDeleted" = 0`;
    for (const [row, account] of this.#database.iterate(sql)) {
      if (hasRow(accounts, Number(account))) rows.add(Number(row));
    }
  }

  /** The details whose masters the user may all read. View All on a master opens its custom details. */
  #details(user: UserAccess, object: ObjectDefinition): Rows {
    const rows = new RowSet();
    this.#addUnstored(rows, user, object);
    const masters = object.masters.map((field) => this.#schema.get(field.referenceTo[0] ?? ""));
    if (masters.some((master) => !user.on(master).read)) return rows;
    const readable = masters.map((master) => (user.on(master).viewAll ? "all" : this.#shared(user, master)));
    const joins = object.masters.map(
      (field, index) =>
        `JOIN "${masters[index]?.name ?? ""}" m${index} ON m${index}."Id" = o."${field.name}" AND m${index}."IsDeleted" = 0`,
    );
    const columns = masters.map((_, index) => `m${index}."_row"`).join(", ");
    for (const [row, ...found] of this.#database.iterate(
      `SELECT o."_row", ${columns} FROM "${object.name}" o ${joins.join(" ")}`,
    )) {
      if (readable.every((master, index) => hasRow(master, Number(found[index])))) rows.add(Number(row));
    }
    return rows;
  }

  /**
   * The rows whose parent the user may read. Rows without a parent belong to their creator. Private notes and attachments are visible to their
   * owner and to users with Modify All Data (Object Reference, "Note", "NoteAndAttachment", IsPrivate).
   */
  #followers(user: UserAccess, object: ObjectDefinition, parentField: string): Rows {
    const field = object.fieldsByName.get(parentField.toLowerCase());
    const parents = (field?.referenceTo ?? []).map((name) => this.#schema.get(name));
    const seen = parents.map((parent) => ({
      parent,
      rows: user.object(parent.name) === undefined ? new RowSet() : this.seen(user, parent),
    }));
    const hasPrivate = object.fieldsByName.has("isprivate") && !user.has("ModifyAllData");
    if (!hasPrivate && seen.every(({ rows }) => rows === "all")) return "all";
    const rows = new RowSet();
    const notPrivate = hasPrivate ? ` WHERE o."IsPrivate" IS NOT 1 OR o."OwnerId" = ?1` : "";
    for (const { parent, rows: parentRows } of seen) {
      const sql = `SELECT o."_row", p."_row" FROM "${object.name}" o JOIN "${parent.name}" p ON p."Id" = o."${parentField}"${notPrivate}`;
      for (const [row, parentRow] of this.#database.iterate(sql, hasPrivate ? [user.id] : [])) {
        if (hasRow(parentRows, Number(parentRow))) rows.add(Number(row));
      }
    }
    if (object.fieldsByName.has("createdbyid")) {
      const orphans = `SELECT o."_row" FROM "${object.name}" o WHERE o."${parentField}" IS NULL AND o."CreatedById" = ?1`;
      this.#add(rows, orphans, [user.id]);
    }
    return rows;
  }

  /** The rows of a view whose record the user may read. */
  #shown(user: UserAccess, view: ObjectDefinition): Rows {
    const seen = [...viewRecords(view)].map(([name, row]) => ({
      name,
      row,
      rows: user.object(name) === undefined ? new RowSet() : this.seen(user, this.#schema.get(name)),
    }));
    if (seen.every(({ rows }) => rows === "all")) return "all";
    const rows = new RowSet();
    for (const { name, row, rows: records } of seen) {
      for (const [number, record] of this.#database.iterate(`SELECT ${row}, s."_row" FROM "${name}" s`)) {
        if (hasRow(records, Number(record))) rows.add(Number(number));
      }
    }
    return rows;
  }

  #collect(sql: string, parameters: readonly string[], keep: (row: number) => boolean): RowSet {
    const rows = new RowSet();
    for (const [row] of this.#database.iterate(sql, parameters)) if (keep(Number(row))) rows.add(Number(row));
    return rows;
  }

  #add(rows: RowSet, sql: string, parameters: readonly string[]): void {
    for (const [row] of this.#database.iterate(sql, parameters)) rows.add(Number(row));
  }
}

/** The field with the parent that determines access to the row, or undefined if access does not come from a parent. */
function followerField(object: ObjectDefinition): string | undefined {
  const { access } = object;
  if (object.system === "share") return shareParent(object);
  const parent = object.fields.find(({ name, child, referenceTo, required }) => {
    if (child?.onDelete !== "cascade") return false;
    if (access.kind === "parent") return referenceTo.includes(access.object);
    return access.kind === "everyone" && required && (name === "ParentId" || name === "FeedItemId");
  });
  return parent?.name;
}

function shareParent(object: ObjectDefinition): string | undefined {
  return object.access.kind === "parent" ? shareTableOf(object.access.object)?.parentField : undefined;
}

/** The SQL condition for the rows of `o` that a public default, a share or an account can open. */
function exceptionOf({ name }: ObjectDefinition): string {
  if (name === "Opportunity") return `o."IsPrivate" = 0`;
  return name === "Contact" ? withAccount : "1";
}
