import type { SharingSettings } from "../sharing/sharing-settings.ts";
import { type AccessFacts, type FactRow, textOf } from "./access-facts.ts";
import type { UserKind } from "./user-kind.ts";

export interface AskedUser {
  readonly id: string;
  readonly kind: UserKind;
}

type GroupRow = FactRow;

/** Checks one user against one group or person at a time, by the definition (Object Reference, "Group"; Security Guide). */
export class GroupMembership {
  readonly #facts: AccessFacts;
  readonly #settings: SharingSettings;

  constructor(facts: AccessFacts, settings: SharingSettings) {
    this.#facts = facts;
    this.#settings = settings;
  }

  /** Tells if a share with a user or group applies to the user: directly, as a member, or through the role hierarchy. */
  reaches(principal: string | null, user: AskedUser, hierarchy: boolean): boolean {
    if (principal === null) return false;
    if (principal === user.id) return true;
    if (user.kind !== "internal" && user.kind !== "external") return false;
    if (principal.startsWith("005")) return hierarchy && this.#isAbove(user, principal);
    if (this.isMember(user, principal)) return true;
    return hierarchy && this.#isSuperior(user, principal, []);
  }

  isMember(user: AskedUser, groupId: string, seen: readonly string[] = []): boolean {
    if (groupId === user.id) return true;
    const group = seen.includes(groupId) ? undefined : this.#facts.group(groupId);
    if (group === undefined || (user.kind !== "internal" && user.kind !== "external")) return false;
    if (group["Type"] === "Regular" || group["Type"] === "Queue") {
      return this.#facts
        .membersOf(groupId)
        .some((member) => member !== null && this.isMember(user, member, [...seen, groupId]));
    }
    return this.#belongs(user, group);
  }

  /** Membership of the groups that Salesforce maintains. */
  #belongs(user: AskedUser, group: GroupRow): boolean {
    switch (group["Type"]) {
      case "Role":
      case "RoleAndSubordinates":
      case "RoleAndSubordinatesInternal":
        return this.#isInRole(user, group);
      case "Manager":
      case "ManagerAndSubordinatesInternal":
        return this.#isInManagerGroup(user, group);
      case "Territory":
      case "TerritoryAndSubordinates":
        return this.#isInTerritory(user, group);
      default:
        return this.#isOfKind(user, group);
    }
  }

  #isOfKind(user: AskedUser, { Type: type }: GroupRow): boolean {
    const partner = this.#facts.user(user.id)?.["UserType"] === "PowerPartner";
    if (type === "Organization") return user.kind === "internal";
    if (type === "AllCustomerPortal") return user.kind === "external" && !partner;
    return type === "PRMOrganization" && partner;
  }

  #roleOf(userId: string): FactRow | undefined {
    return this.#facts.role(this.#facts.user(userId)?.["UserRoleId"]);
  }

  #isInRole(user: AskedUser, { Type: type, RelatedId: related }: GroupRow): boolean {
    const role = this.#roleOf(user.id);
    if (role === undefined) return false;
    if (role["Id"] === related) return true;
    if (type === "Role" || !this.#rolesAbove(role["Id"]).includes(textOf(related) ?? "")) return false;
    return type === "RoleAndSubordinates" || !isPortalRole(role);
  }

  /** The roles above a role. Empty if they form a cycle. */
  #rolesAbove(roleId: FactRow[string] | undefined): readonly string[] {
    const above: string[] = [];
    let role = this.#facts.role(roleId);
    while (role !== undefined) {
      role = this.#facts.role(role["ParentRoleId"]);
      const id = textOf(role?.["Id"]);
      if (id === null) break;
      if (id === roleId || above.includes(id)) return [];
      above.push(id);
    }
    return above;
  }

  #isAboveRole(user: AskedUser, roleId: FactRow[string] | undefined): boolean {
    const own = textOf(this.#roleOf(user.id)?.["Id"]);
    return own !== null && this.#rolesAbove(roleId).includes(own);
  }

  #isAbove(user: AskedUser, subordinate: string): boolean {
    return this.#isAboveRole(user, this.#roleOf(subordinate)?.["Id"]);
  }

  /** Tells if the hierarchy grants a group's access to the user. All nested groups must have the flag set (not confirmed). */
  #isSuperior(user: AskedUser, groupId: string, seen: readonly string[]): boolean {
    const group = seen.includes(groupId) ? undefined : this.#facts.group(groupId);
    if (group === undefined) return false;
    switch (group["Type"]) {
      case "Role":
      case "RoleAndSubordinates":
      case "RoleAndSubordinatesInternal":
        return this.#isAboveRole(user, group["RelatedId"]);
      case "Queue":
        if (this.#settings.queuesHaveFlag && group["DoesIncludeBosses"] !== 1) return false;
        break;
      case "Regular":
        if (group["DoesIncludeBosses"] !== 1) return false;
        break;
      default:
        return false;
    }
    return this.#facts.membersOf(groupId).some((member) => {
      if (member === null) return false;
      return member.startsWith("005")
        ? this.#isAbove(user, member)
        : this.#isSuperior(user, member, [...seen, groupId]);
    });
  }

  /** The managers above a user. Inactive managers do not end the chain. */
  #managersOf(userId: string): readonly string[] {
    const chain: string[] = [];
    let manager = textOf(this.#facts.user(userId)?.["ManagerId"]);
    while (manager !== null && manager !== userId && !chain.includes(manager)) {
      chain.push(manager);
      manager = textOf(this.#facts.user(manager)?.["ManagerId"]);
    }
    return chain;
  }

  #isInManagerGroup(user: AskedUser, { Type: type, RelatedId: related }: GroupRow): boolean {
    const person = textOf(related);
    if (person === null) return false;
    if (type === "Manager") return this.#managersOf(person).includes(user.id);
    return user.kind === "internal" && (user.id === person || this.#managersOf(user.id).includes(person));
  }

  /** Territory groups contain the users of the territory and its ancestors; groups with subordinates also those of its descendants. */
  #isInTerritory(user: AskedUser, { Type: type, RelatedId: related }: GroupRow): boolean {
    const territory = this.#facts.territory(related);
    const model = this.#facts.row("Territory2Model", territory?.["Territory2ModelId"], ["Id", "State"]);
    if (territory === undefined || model?.["State"] !== "Active") return false;
    const columns = ["UserId", "Territory2Id", "IsActive"];
    const own = this.#facts
      .list("UserTerritory2Association", { column: "UserId", value: user.id, columns })
      .filter((row) => row["IsActive"] === 1)
      .map((row) => textOf(row["Territory2Id"]) ?? "");
    const line = [textOf(related) ?? "", ...this.#territoriesAbove(related)];
    if (own.some((id) => line.includes(id))) return true;
    return type === "TerritoryAndSubordinates" && own.some((id) => this.#territoriesAbove(id).includes(line[0] ?? ""));
  }

  /** The territories above a territory. Empty if they form a cycle. */
  #territoriesAbove(id: FactRow[string] | undefined): readonly string[] {
    const above: string[] = [];
    let parent = textOf(this.#facts.territory(id)?.["ParentTerritory2Id"]);
    while (parent !== null) {
      if (parent === id || above.includes(parent)) return [];
      above.push(parent);
      parent = textOf(this.#facts.territory(parent)?.["ParentTerritory2Id"]);
    }
    return above;
  }
}

export function isPortalRole(role: FactRow): boolean {
  return role["PortalType"] === "Partner" || role["PortalType"] === "CustomerPortal";
}
