import type { FieldDefinition } from "../schema/field-definition.ts";
import type { ObjectDefinition, SystemPermission } from "../schema/object-definition.ts";
import type { Schema } from "../schema/schema.ts";
import type { SharingSettings } from "../sharing/sharing-settings.ts";
import type { OrgDatabase } from "../storage/org-database.ts";
import { kindOf, type UserKind } from "./user-kind.ts";

const permissions: readonly SystemPermission[] = [
  "ApiEnabled",
  "ViewAllData",
  "ModifyAllData",
  "ViewSetup",
  "ViewRoles",
  "ManageUsers",
  "ViewAllUsers",
  "QueryAllFiles",
  "ViewRestrictionAndScopingRules",
  "MutualAuthentication",
];

const permissionTables = [
  "PermissionSet",
  "PermissionSetAssignment",
  "PermissionSetGroup",
  "ObjectPermissions",
  "FieldPermissions",
  "User",
  "UserLogin",
];

// A permission set applies if its assignment is active, not revoked and not expired, and if neither the set nor its group requires
// activation in a session. Assignments of a permission set group refer to its aggregated set, whose `Type` is Group.
const activeSets = `
  SELECT s."Id" FROM "PermissionSetAssignment" a JOIN "PermissionSet" s ON s."Id" = a."PermissionSetId"
    LEFT JOIN "PermissionSetGroup" g ON g."Id" = s."PermissionSetGroupId"
  WHERE a."AssigneeId" = ?1 AND a."IsActive" = 1 AND a."IsRevoked" = 0
    AND (a."ExpirationDate" IS NULL OR a."ExpirationDate" > ?2) AND s."HasActivationRequired" = 0
    AND coalesce(g."HasActivationRequired", 0) = 0`;

/** The permissions of a user on an object: for the records that the user has access to, and for all records. */
export interface ObjectGrants {
  readonly read: boolean;
  readonly create: boolean;
  readonly edit: boolean;
  readonly delete: boolean;
  readonly viewAll: boolean;
  readonly modifyAll: boolean;
}

const noGrants: ObjectGrants = {
  read: false,
  create: false,
  edit: false,
  delete: false,
  viewAll: false,
  modifyAll: false,
};

interface Grants {
  readonly version: string;
  /** When the next assignment expires, in milliseconds. */
  readonly validUntil: number;
  readonly kind: UserKind;
  readonly objects: ReadonlyMap<string, ObjectGrants>;
  readonly allFields: ReadonlySet<string>;
  readonly fields: ReadonlySet<string>;
  readonly system: ReadonlySet<SystemPermission>;
  readonly timeZone: string;
}

interface UserAccessParts {
  readonly schema: Schema;
  readonly settings: SharingSettings;
  readonly grants: Grants;
  readonly tooling: boolean;
}

/** The objects and fields that one user may read. Hidden ones are treated as missing. */
export class UserAccess {
  readonly id: string;
  readonly kind: UserKind;
  /** Changes if the user's permissions may have changed. */
  readonly version: string;
  readonly timeZone: string;
  readonly #parts: UserAccessParts;
  readonly #schema: Schema;
  readonly #grants: Grants;

  constructor(userId: string, parts: UserAccessParts) {
    this.#parts = parts;
    this.#schema = parts.schema;
    this.#grants = parts.grants;
    this.id = userId;
    this.kind = parts.grants.kind;
    this.version = `${userId}:${parts.grants.version}:${parts.tooling ? "tooling" : ""}`;
    this.timeZone = parts.grants.timeZone;
  }

  /** The access of the same user over the Tooling API, which has additional objects. */
  overTooling(): UserAccess {
    return new UserAccess(this.id, { ...this.#parts, tooling: true });
  }

  /** Finds an object by its API name, ignoring case. Returns undefined if the user may not read it. */
  object(name: string): ObjectDefinition | undefined {
    const object = this.#schema.find(name);
    return object !== undefined && this.#canRead(object) ? object : undefined;
  }

  byPrefix(prefix: string): ObjectDefinition | undefined {
    const object = this.#schema.byPrefix(prefix);
    return object !== undefined && this.#canRead(object) ? object : undefined;
  }

  objects(): readonly ObjectDefinition[] {
    return this.#schema.objects.filter((object) => this.#canRead(object));
  }

  canRead(object: ObjectDefinition, field: FieldDefinition): boolean {
    if (object.access.kind !== "permission" || !field.permissionable || this.#grants.allFields.has(object.name))
      return true;
    // FieldPermissions has no rows for the components of an address, so the compound field decides.
    const name = field.compound ?? field.name;
    return this.#grants.fields.has(`${object.name}.${name}`.toLowerCase());
  }

  has(permission: SystemPermission): boolean {
    return this.#grants.system.has(permission);
  }

  /** The permissions on an object. Objects without separate permissions have those of their parent. */
  on(object: ObjectDefinition): ObjectGrants {
    const { access } = object;
    if (access.kind === "parent") return this.on(this.#schema.get(access.object));
    if (access.kind !== "permission") {
      const read = this.#canRead(object);
      return { read, create: read, edit: read, delete: read, viewAll: read, modifyAll: read };
    }
    const own = this.#grants.objects.get(object.name) ?? noGrants;
    const modifyAll = this.has("ModifyAllData") || (own.modifyAll && own.read);
    const viewAll = modifyAll || this.has("ViewAllData") || (own.viewAll && own.read);
    return {
      read: own.read || viewAll,
      create: own.create || this.has("ModifyAllData"),
      edit: own.edit || modifyAll,
      delete: own.delete || modifyAll,
      viewAll,
      modifyAll,
    };
  }

  #canRead(object: ObjectDefinition): boolean {
    const { access } = object;
    if (object.tooling && !this.#parts.tooling) return false;
    if (object.system === "share" && access.kind === "parent" && !this.#parts.settings.hasShareTable(access.object)) {
      return false;
    }
    switch (access.kind) {
      case "everyone":
        return true;
      case "system":
        return this.has(access.permission);
      case "parent":
        return this.#canRead(this.#schema.get(access.object));
      case "permission":
        return this.on(object).read;
    }
  }
}

interface UserAccessOptions {
  readonly schema: Schema;
  readonly database: OrgDatabase;
  readonly settings: SharingSettings;
  readonly now: () => number;
}

/** Caches the access of users until permission rows change or an assignment expires. */
export class UserAccessCache {
  readonly #options: UserAccessOptions;
  readonly #database: OrgDatabase;
  readonly #grants = new Map<string, Grants>();
  #expiries = 0;

  constructor(options: UserAccessOptions) {
    this.#options = options;
    this.#database = options.database;
  }

  get(userId: string): UserAccess {
    const { schema, settings, now } = this.#options;
    let grants = this.#grants.get(userId);
    if (grants !== undefined && grants.validUntil <= now()) this.#expiries += 1;
    const version = `${this.#database.versionOf(permissionTables)}.${settings.version}.${this.#expiries}`;
    if (grants?.version !== version) {
      grants = this.#read(userId, version);
      this.#grants.set(userId, grants);
    }
    return new UserAccess(userId, { schema, settings, grants, tooling: false });
  }

  #read(userId: string, version: string): Grants {
    const parameters = [userId, this.#options.now()];
    const flags = this.#database.row(
      `SELECT ${permissions.map((name) => `max("Permissions${name}")`).join(", ")} FROM "PermissionSet" WHERE "Id" IN (${activeSets})`,
      parameters,
    );
    const fields = this.#database.rows(
      `SELECT DISTINCT "Field" FROM "FieldPermissions" WHERE "PermissionsRead" = 1 AND "ParentId" IN (${activeSets})`,
      parameters,
    );
    const allFields = this.#database.rows(
      `SELECT DISTINCT "SobjectType" FROM "ObjectPermissions" WHERE "PermissionsRead" = 1 AND "PermissionsViewAllFields" = 1 AND "ParentId" IN (${activeSets})`,
      parameters,
    );
    const expiry = this.#database.row(
      `SELECT min("ExpirationDate") FROM "PermissionSetAssignment" WHERE "AssigneeId" = ?1 AND "ExpirationDate" > ?2`,
      parameters,
    )?.[0];
    const user = this.#database.row(`SELECT "TimeZoneSidKey" FROM "User" WHERE "Id" = ?`, [userId]);
    return {
      version,
      validUntil: typeof expiry === "number" ? expiry : Infinity,
      kind: kindOf(this.#database, userId),
      objects: this.#objects(parameters),
      allFields: new Set(allFields.map(([name]) => String(name))),
      fields: new Set(fields.map(([name]) => String(name).toLowerCase())),
      system: new Set(permissions.filter((_, index) => flags?.[index] === 1)),
      timeZone: typeof user?.[0] === "string" ? user[0] : "GMT",
    };
  }

  #objects(parameters: readonly (string | number)[]): Map<string, ObjectGrants> {
    const columns = ["Read", "Create", "Edit", "Delete", "ViewAllRecords", "ModifyAllRecords"];
    const rows = this.#database.rows(
      `SELECT "SobjectType", ${columns.map((name) => `max("Permissions${name}")`).join(", ")} FROM "ObjectPermissions" WHERE "PermissionsRead" = 1 AND "ParentId" IN (${activeSets}) GROUP BY 1`,
      parameters,
    );
    return new Map(
      rows.map(([name, ...flags]) => {
        const [read, create, edit, remove, viewAll, modifyAll] = flags.map((flag) => flag === 1);
        const grants = { read, create, edit, delete: remove, viewAll, modifyAll };
        return [String(name), { ...noGrants, ...grants } as ObjectGrants];
      }),
    );
  }
}
