import type { ObjectDefinition } from "../schema/object-definition.ts";
import { wellKnownIds } from "../schema/well-known-ids.ts";
import type { ChangedShares } from "./changed-shares.ts";
import type { RowValues } from "./derived-rows.ts";
import { PortalRoles } from "./portal-roles.ts";
import type { RecordStore } from "./record-store.ts";
import { systemFields, type Writer } from "./system-fields.ts";

const roleGroups = ["Role", "RoleAndSubordinates", "RoleAndSubordinatesInternal"];
/** Portal roles have no internal subordinates. */
const portalRoleGroups = ["Role", "RoleAndSubordinates"];
const territoryGroups = ["Territory", "TerritoryAndSubordinates"];
const managerGroups = ["Manager", "ManagerAndSubordinatesInternal"];
const childAccess = [
  "OpportunityAccessForAccountOwner",
  "CaseAccessForAccountOwner",
  "ContactAccessForAccountOwner",
  "PortalAccountId",
];

interface SetupParts {
  readonly writer: Writer;
  readonly shares: ChangedShares;
}

interface Change {
  readonly previous: RowValues;
  readonly values: RowValues;
}

/** Updates the groups, logins, permission set assignments and share rows that Salesforce derives from users, roles and territories. */
export class SetupConsequences {
  readonly #store: RecordStore;
  readonly #writer: Writer;
  readonly #shares: ChangedShares;
  readonly #portalRoles: PortalRoles;

  constructor(store: RecordStore, { writer, shares }: SetupParts) {
    this.#store = store;
    this.#writer = writer;
    this.#shares = shares;
    this.#portalRoles = new PortalRoles(store, writer);
  }

  created(object: ObjectDefinition, id: string, values: RowValues): void {
    switch (object.name) {
      case "UserRole":
        this.#newRole(id, values);
        break;
      case "Territory2":
        this.#addGroups(territoryGroups, id, values["DeveloperName"]);
        break;
      case "User":
        this.#newUser(id, values);
        break;
      default:
    }
  }

  changed(object: ObjectDefinition, id: string, change: Change): void {
    switch (object.name) {
      case "User":
        this.#changedUser(id, change);
        break;
      case "Account":
        if (differs(change, ["OwnerId"])) this.#portalRoles.follow(id);
        break;
      case "UserRole":
        if (differs(change, childAccess)) this.#shares.addAll("Account");
        break;
      case "Territory2":
      case "Territory2Model":
        this.#shares.addAll("Account");
        break;
      case "CaseTeamRole":
        this.#shares.addAll("Case");
        break;
      default:
    }
  }

  /** Call it after the removal of a row. Removes the groups of a role or territory, and the shares of a group. */
  removed(object: ObjectDefinition, id: string): void {
    if (object.name === "Group") this.#shares.dropOf(id);
    if (object.name !== "UserRole" && object.name !== "Territory2") return;
    for (const [row] of this.#store.database.rows(`SELECT "Id" FROM "Group" WHERE "RelatedId" = ?`, [id])) {
      const group = String(row);
      this.#store.database.run(`DELETE FROM "GroupMember" WHERE "GroupId" = ?1 OR "UserOrGroupId" = ?1`, [group]);
      this.#store.database.touch("GroupMember");
      this.#store.remove("Group", group);
      this.#shares.dropOf(group);
    }
  }

  #newRole(id: string, values: RowValues): void {
    const accountId = values["PortalAccountId"];
    this.#addGroups(typeof accountId === "string" ? portalRoleGroups : roleGroups, id, values["DeveloperName"]);
    if (typeof accountId !== "string") return;
    this.#shares.add("Account", accountId);
    for (const [contact] of this.#store.database.rows(`SELECT "Id" FROM "Contact" WHERE "AccountId" = ?`, [
      accountId,
    ])) {
      this.#shares.add("Contact", contact);
    }
  }

  #newUser(id: string, values: RowValues): void {
    const login = this.#store.schema.get("UserLogin");
    this.#store.insert(login, { UserId: id, ...systemFields(login, this.#writer, "created") });
    this.#assignProfile(id, values["ProfileId"]);
    this.#manage(id, values["ManagerId"]);
    for (const role of this.#portalRoles.assign(id, values)) this.#newRole(role.id, role.values);
    this.#portalUser(values["ContactId"]);
  }

  #changedUser(id: string, change: Change): void {
    const { values } = change;
    if (differs(change, ["ProfileId"])) {
      this.#store.database.run(
        `DELETE FROM "PermissionSetAssignment" WHERE "AssigneeId" = ? AND "PermissionSetId" IN (SELECT "Id" FROM "PermissionSet" WHERE "IsOwnedByProfile" = 1)`,
        [id],
      );
      this.#assignProfile(id, values["ProfileId"]);
    }
    if (differs(change, ["ManagerId"])) this.#manage(id, values["ManagerId"]);
    if (differs(change, ["UserRoleId"])) this.#owned(id);
    if (differs(change, ["ContactId"])) this.#portalUser(values["ContactId"]);
    // "Considerations for Deactivating Users": Salesforce removes the user's manual shares and keeps the ownership.
    if (values["IsActive"] === 0 && change.previous["IsActive"] === 1) this.#shares.dropOf(id, "Manual");
  }

  /** The role of an account's owner determines the owner's access to the children. */
  #owned(userId: string): void {
    for (const [account] of this.#store.database.rows(`SELECT "Id" FROM "Account" WHERE "OwnerId" = ?`, [userId])) {
      this.#shares.add("Account", account);
      this.#portalRoles.follow(String(account));
    }
  }

  #portalUser(contactId: unknown): void {
    if (typeof contactId !== "string") return;
    for (const [id] of this.#store.database.rows(`SELECT "Id" FROM "Case" WHERE "ContactId" = ?`, [contactId])) {
      this.#shares.add("Case", id);
    }
  }

  #assignProfile(userId: string, profileId: unknown): void {
    const set = this.#store.database.row(`SELECT "Id" FROM "PermissionSet" WHERE "ProfileId" = ?`, [String(profileId)]);
    if (typeof set?.[0] !== "string") return;
    const object = this.#store.schema.get("PermissionSetAssignment");
    this.#store.insert(object, {
      AssigneeId: userId,
      PermissionSetId: set[0],
      IsActive: 1,
      ...systemFields(object, this.#writer, "created"),
    });
  }

  /** Managers and users with a manager have two groups: the managers above them, and the user with all users below. */
  #manage(userId: string, managerId: unknown): void {
    if (typeof managerId !== "string") return;
    for (const id of [userId, managerId]) {
      const known = this.#store.database.row(`SELECT 1 FROM "Group" WHERE "RelatedId" = ? AND "Type" = 'Manager'`, [
        id,
      ]);
      if (known === undefined) this.#addGroups(managerGroups, id, null);
    }
  }

  #addGroups(types: readonly string[], relatedId: string, developerName: unknown): void {
    const object = this.#store.schema.get("Group");
    for (const type of types) {
      this.#store.insert(object, {
        Type: type,
        RelatedId: relatedId,
        DeveloperName: typeof developerName === "string" ? `${developerName}_${type}`.slice(0, 80) : null,
        OwnerId: wellKnownIds.organization,
        ...systemFields(object, this.#writer, "created"),
      });
    }
  }
}

function differs({ previous, values }: Change, names: readonly string[]): boolean {
  return names.some((name) => name in values && values[name] !== previous[name]);
}
