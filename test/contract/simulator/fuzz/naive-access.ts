import type { NaiveOrg, NaiveRow } from "./naive-rows.ts";

// The readers of each record, by the definition in Salesforce's documents ("Record Access Under the Hood", "Implicit Sharing") and with nothing
// of the simulator's code: from each record down to the users. It covers what the generated org holds.

/** The tables that decide on access, besides those of the records. */
export const accessTables = [
  "User",
  "UserLogin",
  "UserRole",
  "Group",
  "GroupMember",
  "Territory2",
  "Territory2Model",
  "UserTerritory2Association",
  "EntityDefinition",
  "PermissionSet",
  "PermissionSetAssignment",
  "ObjectPermissions",
  "AccountShare",
  "ContactShare",
  "OpportunityShare",
  "CaseShare",
  "LeadShare",
  "CampaignShare",
  "Project__Share",
  "Installation__Share",
];

type Id = NaiveRow[string] | undefined;
type Users = ReadonlySet<string>;

const nobody: Users = new Set();
const internalTypes = ["Standard", "CsnOnly"];
const roleTypes = ["PowerPartner", "PowerCustomerSuccess", "CustomerSuccess"];
const openModels = ["Read", "ReadWrite", "ReadWriteTransfer", "FullAccess"];
const levels = ["Read", "Edit", "All"];

const together = (...sets: readonly Users[]): Users => new Set(sets.flatMap((set) => [...set]));

/** Computes the readers of records. */
export class NaiveAccess {
  readonly #org: NaiveOrg;
  readonly #now: number;
  readonly #users: readonly NaiveRow[];
  readonly #reached = new Map<string, Users>();
  readonly #shares = new Map<string, Map<Id, NaiveRow[]>>();

  constructor(org: NaiveOrg, now: number) {
    this.#org = org;
    this.#now = now;
    const frozen = new Set(this.#rows("UserLogin", (row) => row["IsFrozen"] === 1).map((row) => row["UserId"]));
    this.#users = this.#rows("User", (row) => row["IsActive"] === 1 && !frozen.has(row["Id"] ?? null));
  }

  /** Tells if the user may read the record. */
  reads(userId: string, object: string, row: NaiveRow): boolean {
    if (object === "User") return true;
    if (object === "EmailMessage") {
      const parent = this.#org.byId(row["ParentId"]);
      return parent !== undefined && this.reads(userId, "Case", parent);
    }
    if (!this.#holds(userId, object, ["PermissionsRead"])) return false;
    if (this.#holds(userId, object, ["PermissionsViewAllRecords", "PermissionsModifyAllRecords"])) return true;
    return this.#readers(object, row).has(userId);
  }

  /** The users who read a record by sharing, and the users who have it public. */
  #readers(object: string, row: NaiveRow): Users {
    const account = this.#account(row);
    const owners = this.#usersOf(row["OwnerId"]);
    if (object === "Opportunity" && row["IsPrivate"] === 1) return owners;
    if (object === "Contact" && account === undefined) return this.#only(row["OwnerId"]);
    const portal = this.#portalUsers(object, row);
    if (object === "Contact" && this.#model("Contact").internal === "ControlledByParent") {
      return together(owners, portal, account === undefined ? nobody : this.#readers("Account", account));
    }
    const children = account === undefined ? nobody : this.#throughAccount(object, account);
    return together(owners, portal, this.#publicFor(object), this.#sharees(object, row), children);
  }

  #publicFor(object: string): Users {
    const { internal, external } = this.#model(object);
    return together(
      openModels.includes(internal) ? this.#ofTypes(internalTypes) : nobody,
      openModels.includes(external) ? this.#ofTypes([...roleTypes, "CspLitePortal"]) : nobody,
    );
  }

  #model(object: string): { internal: string; external: string } {
    const [row] = this.#rows("EntityDefinition", (each) => each["QualifiedApiName"] === object);
    return { internal: String(row?.["InternalSharingModel"]), external: String(row?.["ExternalSharingModel"]) };
  }

  #sharees(object: string, row: NaiveRow): Users {
    const level = object.endsWith("__c") ? "AccessLevel" : `${object}AccessLevel`;
    const rows = this.#sharesOf(object, row).filter((share) => levels.includes(String(share[level])));
    return together(...rows.map((share) => this.#usersOf(share["UserOrGroupId"])));
  }

  /** The children of an account: its owner reads them by the level of the role, and its shares open them by their level for that child. */
  #throughAccount(object: string, account: NaiveRow): Users {
    if (!["Contact", "Opportunity", "Case"].includes(object)) return nobody;
    const role = this.#org.byId(this.#org.byId(account["OwnerId"])?.["UserRoleId"]);
    const owner = levels.includes(String(role?.[`${object}AccessForAccountOwner`]))
      ? this.#usersOf(account["OwnerId"])
      : nobody;
    const rows = this.#sharesOf("Account", account).filter(
      (share) => share["RowCause"] !== "Owner" && levels.includes(String(share[`${object}AccessLevel`])),
    );
    return together(owner, ...rows.map((share) => this.#usersOf(share["UserOrGroupId"])));
  }

  #sharesOf(object: string, row: NaiveRow): readonly NaiveRow[] {
    const share = object.endsWith("__c") ? `${object.slice(0, -1)}Share` : `${object}Share`;
    let byParent = this.#shares.get(share);
    if (byParent === undefined) {
      const parent = object.endsWith("__c") ? "ParentId" : `${object}Id`;
      byParent = new Map(Map.groupBy(this.#org.table(share).rows, (each) => each[parent]));
      this.#shares.set(share, byParent);
    }
    return byParent.get(row["Id"]) ?? [];
  }

  /** High-volume users read their own account and contact. */
  #portalUsers(object: string, row: NaiveRow): Users {
    if (object !== "Account" && object !== "Contact") return nobody;
    return this.#where((user) => user["UserType"] === "CspLitePortal" && user[`${object}Id`] === row["Id"]);
  }

  #account(row: NaiveRow): NaiveRow | undefined {
    const account = this.#org.byId(row["AccountId"]);
    return account?.["IsDeleted"] === 1 ? undefined : account;
  }

  /** The users that a share with a user or group reaches, over the role hierarchy too. All objects of the generated org use it. */
  #usersOf(principal: Id): Users {
    if (typeof principal !== "string") return nobody;
    let users = this.#reached.get(principal);
    if (users === undefined) {
      const group = principal.startsWith("00G");
      users = group
        ? together(this.#members(principal, []), this.#superiors(principal, []))
        : together(this.#only(principal), this.#aboveRole(this.#org.byId(principal)?.["UserRoleId"]));
      this.#reached.set(principal, users);
    }
    return users;
  }

  #members(groupId: string, path: readonly string[]): Users {
    const group = this.#org.byId(groupId);
    const related = group?.["RelatedId"];
    if (group === undefined || path.includes(groupId)) return nobody;
    const people = this.#where((user) => [...internalTypes, ...roleTypes].includes(String(user["UserType"])));
    const among = (users: Users): Users => new Set([...users].filter((id) => people.has(id)));
    switch (group["Type"]) {
      case "Regular":
      case "Queue":
        return together(
          ...this.#memberIds(groupId).map((id) =>
            id.startsWith("00G") ? this.#members(id, [...path, groupId]) : among(this.#only(id)),
          ),
        );
      case "Role":
        return among(this.#inRoles([related]));
      case "RoleAndSubordinates":
        return among(this.#inRoles([related, ...this.#rolesBelow(related)]));
      case "RoleAndSubordinatesInternal": {
        const below = this.#rolesBelow(related).filter((id) => this.#org.byId(id)?.["PortalType"] === "None");
        return among(this.#inRoles([related, ...below]));
      }
      case "Organization":
        return this.#ofTypes(internalTypes);
      case "AllCustomerPortal":
        return this.#ofTypes(["PowerCustomerSuccess", "CustomerSuccess"]);
      case "PRMOrganization":
        return this.#ofTypes(["PowerPartner"]);
      case "Manager":
        return among(together(...this.#line("User", related, "ManagerId").map((id) => this.#only(id))));
      case "ManagerAndSubordinatesInternal": {
        const below = this.#where((user) => this.#line("User", user["Id"], "ManagerId").includes(String(related)));
        const internal = this.#ofTypes(internalTypes);
        return new Set([...below, ...this.#only(related)].filter((id) => internal.has(id)));
      }
      default:
        return among(this.#territoryUsers(String(group["Type"]), related));
    }
  }

  /** The users above the members, if every group on the way includes bosses. */
  #superiors(groupId: string, path: readonly string[]): Users {
    const group = this.#org.byId(groupId);
    if (group === undefined || path.includes(groupId)) return nobody;
    const type = String(group["Type"]);
    if (type.startsWith("Role")) return this.#aboveRole(group["RelatedId"]);
    if (!["Regular", "Queue"].includes(type) || group["DoesIncludeBosses"] !== 1) return nobody;
    const above = this.#memberIds(groupId).map((id) =>
      id.startsWith("00G")
        ? this.#superiors(id, [...path, groupId])
        : this.#aboveRole(this.#org.byId(id)?.["UserRoleId"]),
    );
    return together(...above);
  }

  #territoryUsers(type: string, related: Id): Users {
    const territory = this.#org.byId(related);
    const model = this.#org.byId(territory?.["Territory2ModelId"]);
    if (!type.startsWith("Territory") || model?.["State"] !== "Active") return nobody;
    const up = [String(related), ...this.#line("Territory2", related, "ParentTerritory2Id")];
    const down =
      type === "Territory"
        ? []
        : this.#rows("Territory2", (each) =>
            this.#line("Territory2", each["Id"], "ParentTerritory2Id").includes(String(related)),
          ).map((each) => String(each["Id"]));
    const rows = this.#rows(
      "UserTerritory2Association",
      (row) => row["IsActive"] === 1 && [...up, ...down].includes(String(row["Territory2Id"])),
    );
    return together(...rows.map((row) => this.#only(row["UserId"])));
  }

  #memberIds(groupId: string): string[] {
    return this.#rows("GroupMember", (row) => row["GroupId"] === groupId).map((row) => String(row["UserOrGroupId"]));
  }

  /** The ids above a row, from its parent to the top. */
  #line(table: string, id: Id, parent: string): string[] {
    const line: string[] = [];
    let next = this.#org.byId(id)?.[parent];
    while (typeof next === "string" && next !== id && !line.includes(next)) {
      line.push(next);
      next = this.#org.table(table).rows.find((row) => row["Id"] === line.at(-1))?.[parent];
    }
    return line;
  }

  #aboveRole(roleId: Id): Users {
    return this.#inRoles(this.#line("UserRole", roleId, "ParentRoleId"));
  }

  #rolesBelow(roleId: Id): string[] {
    return this.#rows("UserRole", (role) =>
      this.#line("UserRole", role["Id"], "ParentRoleId").includes(String(roleId)),
    ).map((role) => String(role["Id"]));
  }

  #inRoles(roles: readonly Id[]): Users {
    return this.#where((user) => user["UserRoleId"] !== null && roles.includes(user["UserRoleId"]));
  }

  #ofTypes(types: readonly string[]): Users {
    return this.#where((user) => types.includes(String(user["UserType"])));
  }

  /** The user with that id, if the user is active. */
  #only(id: Id): Users {
    return this.#where((user) => user["Id"] === id);
  }

  #where(holds: (user: NaiveRow) => boolean): Users {
    return new Set(this.#users.filter((user) => holds(user)).map((user) => String(user["Id"])));
  }

  #rows(table: string, holds: (row: NaiveRow) => boolean): NaiveRow[] {
    return this.#org.table(table).rows.filter((row) => holds(row));
  }

  /** Tells if one of the user's permission sets grants one of the permissions on an object, or a system permission for all objects. */
  #holds(userId: string, object: string, permissions: readonly string[]): boolean {
    const sets = this.#rows("PermissionSetAssignment", (row) => {
      const expires = row["ExpirationDate"];
      const current = expires === null || expires === undefined || Number(expires) > this.#now;
      return row["AssigneeId"] === userId && row["IsActive"] === 1 && row["IsRevoked"] === 0 && current;
    })
      .map((row) => this.#org.byId(row["PermissionSetId"]))
      .filter((set) => set?.["HasActivationRequired"] === 0);
    if (sets.some((set) => set?.["PermissionsViewAllData"] === 1 || set?.["PermissionsModifyAllData"] === 1))
      return true;
    const ids = sets.map((set) => set?.["Id"]);
    return this.#rows(
      "ObjectPermissions",
      (row) =>
        row["SobjectType"] === object && permissions.some((name) => row[name] === 1) && ids.includes(row["ParentId"]),
    ).some((row) => row["PermissionsRead"] === 1);
  }
}
