import type { ObjectDefinition, SharingModel } from "../schema/object-definition.ts";
import type { Schema } from "../schema/schema.ts";
import {
  type AccountChild,
  accountChildren,
  childLevel,
  ownerChildLevel,
  type ShareTable,
  shareTableOf,
} from "../sharing/share-tables.ts";
import { isPublic, type SharingSettings } from "../sharing/sharing-settings.ts";
import type { OrgDatabase } from "../storage/org-database.ts";
import { AccessFacts, type FactRow, textOf } from "./access-facts.ts";
import { type AskedUser, GroupMembership } from "./group-membership.ts";
import type { UserAccess } from "./user-access.ts";

// The access of one user to one record by the definition: "Record Access Under the Hood", "Implicit Sharing", Salesforce Security Guide.
// This file checks records one by one. visible-rows.ts independently computes the access to all records of an object at once.

/** None, Read, Edit, All. */
type Level = 0 | 1 | 2 | 3;

/** A row of UserRecordAccess. */
export interface RecordAccessAnswer {
  readonly HasReadAccess: boolean;
  readonly HasEditAccess: boolean;
  readonly HasDeleteAccess: boolean;
  readonly HasTransferAccess: boolean;
  readonly HasAllAccess: boolean;
  readonly MaxAccessLevel: "None" | "Read" | "Edit" | "Delete" | "Transfer" | "All";
}

interface RecordAccessParts {
  readonly schema: Schema;
  readonly database: OrgDatabase;
  readonly settings: SharingSettings;
  readonly user: UserAccess;
}

const levels: ReadonlyMap<unknown, Level> = new Map([
  ["Read", 1],
  ["Edit", 2],
  ["All", 3],
]);

const levelOf = (value: unknown): Level => levels.get(value) ?? 0;
const highest = (...found: readonly Level[]): Level => found.reduce((a, b) => (a > b ? a : b), 0);
const lowest = (...found: readonly Level[]): Level => found.reduce((a, b) => (a < b ? a : b), 3);

const columns = ["Id", "OwnerId", "AccountId", "ContactId", "IsPrivate", "IsDeleted"];

/** Checks the access of one user to records. An instance caches the rows that it reads: use it for one query only. */
export class RecordAccess {
  readonly #parts: RecordAccessParts;
  readonly #facts: AccessFacts;
  readonly #groups: GroupMembership;
  readonly #user: AskedUser;

  constructor(parts: RecordAccessParts) {
    this.#parts = parts;
    this.#facts = new AccessFacts(parts.database);
    this.#groups = new GroupMembership(this.#facts, parts.settings);
    this.#user = { id: parts.user.id, kind: parts.user.kind };
  }

  /** Undefined if the record does not exist or its object is not on the page "Sharing Settings". */
  of(recordId: string): RecordAccessAnswer | undefined {
    const object = this.#parts.schema.byPrefix(recordId.slice(0, 3));
    if (object === undefined || !hasSharingSettings(object)) return undefined;
    const row = this.#record(object, recordId);
    if (row === undefined) return undefined;
    return this.#answer(object, row);
  }

  /** The access to a record by sharing, if the user may read the object: 0 for none, 1 for Read, 2 for Edit, 3 for full access. */
  levelOf(recordId: string): Level {
    const object = this.#parts.schema.byPrefix(recordId.slice(0, 3));
    const row = object === undefined ? undefined : this.#record(object, recordId);
    return object === undefined || row === undefined ? 0 : this.#levelOn(object, row);
  }

  #levelOn(object: ObjectDefinition, row: FactRow): Level {
    if (this.#user.kind === "none" || !this.#parts.user.on(object).read) return 0;
    return highest(this.#everything(object), this.#shared(object, row));
  }

  /** The meaning of share levels is documented. Their combination with object permissions is not confirmed, except for Read. */
  #answer(object: ObjectDefinition, row: FactRow): RecordAccessAnswer {
    const grants = this.#parts.user.on(object);
    const level = this.#levelOn(object, row);
    const read = level >= 1;
    const edit = level >= 2 && grants.edit;
    const remove = level === 3 && grants.delete;
    const transfer = grants.edit && (level === 3 || (edit && this.#defaultTransfers(object)));
    const all = edit && remove && transfer;
    const max = all ? "All" : transfer ? "Transfer" : remove ? "Delete" : edit ? "Edit" : read ? "Read" : "None";
    return {
      HasReadAccess: read,
      HasEditAccess: edit,
      HasDeleteAccess: remove,
      HasTransferAccess: transfer,
      HasAllAccess: all,
      MaxAccessLevel: max,
    };
  }

  /** The access from View All and Modify All. */
  #everything(object: ObjectDefinition): Level {
    const { viewAll, modifyAll } = this.#parts.user.on(object);
    return modifyAll ? 3 : viewAll ? 1 : 0;
  }

  /** The access without View All and Modify All on the object. */
  #shared(object: ObjectDefinition, row: FactRow): Level {
    const unstored = this.#unstored(row);
    if (object.name === "Opportunity" && row["IsPrivate"] === 1) return highest(unstored, this.#ownership(object, row));
    if (object.name === "Contact" && this.#accountOf(row) === undefined) {
      return highest(unstored, row["OwnerId"] === this.#user.id ? 3 : 0);
    }
    if (object.masters.length > 0) return highest(unstored, this.#fromMasters(object, row));
    const found = highest(unstored, this.#ownership(object, row), this.#portalAccess(object, row));
    if (this.#parts.settings.isControlledByParent(object.name)) return highest(found, this.#fromAccount(row));
    return highest(
      found,
      this.#default(object),
      this.#shareRows(object, row),
      this.#implicit(object, row),
      // Contracts have no share rows, because "Default Account, Contract and Asset Access" is one setting. Not confirmed.
      object.name === "Contract" ? this.#fromAccount(row) : 0,
    );
  }

  #default(object: ObjectDefinition): Level {
    const model = this.#defaultModel(object);
    if (model === undefined || !isPublic(model)) return 0;
    if (model === "FullAccess") return 3;
    return model === "Read" ? 1 : 2;
  }

  #defaultTransfers(object: ObjectDefinition): boolean {
    const model = this.#defaultModel(object);
    return model === "ReadWriteTransfer" || model === "FullAccess";
  }

  /** Defaults do not apply to guests: all records are private for them ("Secure Guest Users' Sharing Settings"). */
  #defaultModel(object: ObjectDefinition): SharingModel | undefined {
    const { internal, external } = this.#parts.settings.defaultsOf(object.name);
    if (this.#user.kind === "internal") return internal;
    return this.#user.kind === "guest" ? undefined : external;
  }

  #ownership(object: ObjectDefinition, row: FactRow): Level {
    return this.#reaches(row["OwnerId"], object) ? 3 : 0;
  }

  #reaches(principal: FactRow[string] | undefined, object: ObjectDefinition): boolean {
    const hierarchy = this.#parts.settings.usesHierarchies(object);
    return this.#groups.reaches(textOf(principal), this.#user, hierarchy);
  }

  #shareRows(object: ObjectDefinition, row: FactRow): Level {
    const table = shareTableOf(object.name);
    if (table === undefined || !this.#parts.settings.hasShareTable(object.name)) return 0;
    const rows = this.#sharesOf(table, row).filter((share) => this.#reaches(share["UserOrGroupId"], object));
    return highest(...rows.map((share) => levelOf(share[table.level])));
  }

  #sharesOf(table: ShareTable, row: FactRow): readonly FactRow[] {
    const more = table.object === "Account" ? Object.values(childLevel) : [];
    const rows = this.#facts.list(table.share, {
      column: table.parentField,
      value: row["Id"] ?? null,
      columns: ["UserOrGroupId", "RowCause", "IsDeleted", table.level, ...more],
    });
    // Only guest user sharing rules share records with guests.
    const guest = this.#user.kind === "guest";
    return rows.filter((share) => share["IsDeleted"] !== 1 && (!guest || share["RowCause"] === "GuestRule"));
  }

  /** Access to a child of an account from the account's owner, with the level of the owner's role, and from the shares of the account. */
  #implicit(object: ObjectDefinition, row: FactRow): Level {
    const child = accountChildren.find((name) => name === object.name);
    const account = this.#accountOf(row);
    if (child === undefined || account === undefined || this.#user.kind === "guest") return 0;
    return highest(this.#fromAccountOwner(child, account), this.#fromAccountShares(child, account));
  }

  #fromAccountOwner(child: AccountChild, account: FactRow): Level {
    if (!this.#reaches(account["OwnerId"], this.#parts.schema.get("Account"))) return 0;
    const role = this.#facts.role(this.#facts.user(account["OwnerId"])?.["UserRoleId"]);
    return levelOf(role?.[ownerChildLevel[child]]);
  }

  #fromAccountShares(child: AccountChild, account: FactRow): Level {
    const table = shareTableOf("Account");
    const object = this.#parts.schema.get("Account");
    if (table === undefined || !this.#parts.settings.hasShareTable("Account")) return 0;
    const rows = this.#sharesOf(table, account).filter(
      (share) =>
        share["RowCause"] !== "Owner" &&
        levelOf(share[table.level]) > 0 &&
        this.#reaches(share["UserOrGroupId"], object),
    );
    return highest(...rows.map((share) => levelOf(share[childLevel[child]])));
  }

  /** The access to the account, without View All: it does not open standard children (Salesforce article 000240369). */
  #fromAccount(row: FactRow): Level {
    const account = this.#accountOf(row);
    return account === undefined ? 0 : this.#shared(this.#parts.schema.get("Account"), account);
  }

  /**
   * All masters must be readable. View All on a master applies to custom details (Salesforce article 000240369). Users with Read/Write
   * access to the masters can edit and delete the detail (Salesforce Help, "Relationship Considerations").
   */
  #fromMasters(object: ObjectDefinition, row: FactRow): Level {
    const found = object.masters.map((field): Level => {
      const master = this.#parts.schema.get(field.referenceTo[0] ?? "");
      const masterRow = this.#record(master, row[field.name]);
      if (masterRow === undefined || !this.#parts.user.on(master).read) return 0;
      return highest(this.#everything(master), this.#shared(master, masterRow));
    });
    const level = lowest(...found);
    return level === 2 ? 3 : level;
  }

  /** The access from sharing sets and super user access, which no table of the API contains. */
  #unstored(row: FactRow): Level {
    const users = this.#facts.list("_unstored_grants", {
      column: "record_id",
      value: row["Id"] ?? null,
      columns: ["user_id"],
    });
    return users.some(({ user_id: user }) => user === this.#user.id) ? 1 : 0;
  }

  /** High-volume users can read their own account and contact without share rows ("Implicit Sharing"). */
  #portalAccess(object: ObjectDefinition, row: FactRow): Level {
    if (this.#user.kind !== "high-volume") return 0;
    const user = this.#facts.user(this.#user.id);
    const own =
      object.name === "Account" ? user?.["AccountId"] : object.name === "Contact" ? user?.["ContactId"] : null;
    return typeof own === "string" && own === row["Id"] ? 1 : 0;
  }

  #accountOf(row: FactRow): FactRow | undefined {
    return this.#record(this.#parts.schema.get("Account"), row["AccountId"]);
  }

  #record(object: ObjectDefinition, id: FactRow[string] | undefined): FactRow | undefined {
    const known = columns.filter((name) => object.fieldsByName.has(name.toLowerCase()));
    const masters = object.masters.map(({ name }) => name);
    const row = this.#facts.row(object.name, id, [...new Set([...known, ...masters])]);
    return row?.["IsDeleted"] === 1 ? undefined : row;
  }
}

/** The objects of the page "Sharing Settings": those with an owner or with masters. */
export function hasSharingSettings(object: ObjectDefinition): boolean {
  if (object.access.kind !== "permission" || object.customSetting || object.name === "Knowledge__kav") return false;
  return object.fieldsByName.has("ownerid") || object.masters.length > 0;
}
