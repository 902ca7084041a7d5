import type { FieldDefinition } from "../schema/field-definition.ts";
import type { ObjectDefinition, SystemPermission } from "../schema/object-definition.ts";
import type { Schema } from "../schema/schema.ts";
import type { OrgDatabase } from "../storage/org-database.ts";

const permissions: readonly SystemPermission[] = [
  "ApiEnabled",
  "ViewAllData",
  "ModifyAllData",
  "ViewSetup",
  "ViewRoles",
  "ManageUsers",
  "ViewAllUsers",
  "QueryAllFiles",
  "MutualAuthentication",
];

const permissionTables = ["PermissionSet", "PermissionSetAssignment", "ObjectPermissions", "FieldPermissions", "User"];

// A permission set counts while its assignment is active, not revoked and not expired, unless the set requires activation in a session.
// A permission set group is assigned as the set that Salesforce aggregates for it (its `Type` is Group), so groups need no rule of their own.
const activeSets = `
  SELECT s."Id" FROM "PermissionSetAssignment" a JOIN "PermissionSet" s ON s."Id" = a."PermissionSetId"
  WHERE a."AssigneeId" = ?1 AND a."IsActive" = 1 AND a."IsRevoked" = 0
    AND (a."ExpirationDate" IS NULL OR a."ExpirationDate" > ?2) AND s."HasActivationRequired" = 0`;

interface Grants {
  readonly version: string;
  readonly objects: ReadonlySet<string>;
  readonly allFields: ReadonlySet<string>;
  readonly fields: ReadonlySet<string>;
  readonly system: ReadonlySet<SystemPermission>;
  readonly timeZone: string;
}

/** What one user may see. Hidden objects and fields answer as if they did not exist. */
export class UserAccess {
  readonly id: string;
  /** Changes whenever the user's permissions may have changed. */
  readonly version: string;
  readonly timeZone: string;
  readonly #schema: Schema;
  readonly #grants: Grants;

  constructor(schema: Schema, userId: string, grants: Grants) {
    this.#schema = schema;
    this.#grants = grants;
    this.id = userId;
    this.version = `${userId}:${grants.version}`;
    this.timeZone = grants.timeZone;
  }

  /** The object of that API name, in upper or lower case, if the user may read it. */
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
    // A component of an address follows its compound field: there are no rows for components.
    const name = field.compound ?? field.name;
    return this.#grants.fields.has(`${object.name}.${name}`.toLowerCase());
  }

  has(permission: SystemPermission): boolean {
    return this.#grants.system.has(permission);
  }

  #canRead(object: ObjectDefinition): boolean {
    const { access } = object;
    switch (access.kind) {
      case "everyone":
        return true;
      case "system":
        return this.has(access.permission);
      case "parent":
        return this.#canRead(this.#schema.get(access.object));
      case "permission":
        return this.has("ViewAllData") || this.has("ModifyAllData") || this.#grants.objects.has(object.name);
    }
  }
}

/** The access of one org's users, read again after rows of permissions have changed. */
export class UserAccessCache {
  readonly #schema: Schema;
  readonly #database: OrgDatabase;
  readonly #now: () => number;
  readonly #grants = new Map<string, Grants>();

  constructor(schema: Schema, database: OrgDatabase, now: () => number) {
    this.#schema = schema;
    this.#database = database;
    this.#now = now;
  }

  get(userId: string): UserAccess {
    const version = this.#database.versionOf(permissionTables);
    let grants = this.#grants.get(userId);
    if (grants?.version !== version) {
      grants = this.#read(userId, version);
      this.#grants.set(userId, grants);
    }
    return new UserAccess(this.#schema, userId, grants);
  }

  #read(userId: string, version: string): Grants {
    const parameters = [userId, this.#now()];
    const flags = this.#database.row(
      `SELECT ${permissions.map((name) => `max("Permissions${name}")`).join(", ")} FROM "PermissionSet" WHERE "Id" IN (${activeSets})`,
      parameters,
    );
    const objects = this.#database.rows(
      `SELECT "SobjectType", max("PermissionsViewAllFields") FROM "ObjectPermissions" WHERE "PermissionsRead" = 1 AND "ParentId" IN (${activeSets}) GROUP BY 1`,
      parameters,
    );
    const fields = this.#database.rows(
      `SELECT DISTINCT "Field" FROM "FieldPermissions" WHERE "PermissionsRead" = 1 AND "ParentId" IN (${activeSets})`,
      parameters,
    );
    const user = this.#database.row(`SELECT "TimeZoneSidKey" FROM "User" WHERE "Id" = ?`, [userId]);
    return {
      version,
      objects: new Set(objects.map(([name]) => String(name))),
      allFields: new Set(objects.filter(([, all]) => all === 1).map(([name]) => String(name))),
      fields: new Set(fields.map(([name]) => String(name).toLowerCase())),
      system: new Set(permissions.filter((_, index) => flags?.[index] === 1)),
      timeZone: typeof user?.[0] === "string" ? user[0] : "GMT",
    };
  }
}
