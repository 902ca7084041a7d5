import type { AccessProblems } from "./access-problems.ts";
import type { ManagerLines } from "./managers.ts";
import type { RoleHierarchy } from "./roles.ts";
import type { GroupFacts, Id, SharingFacts } from "./sharing-facts.ts";
import type { Territories } from "./territories.ts";
import { bosses, group, type Principal } from "./tokens.ts";
import type { Reader, Users } from "./users.ts";

interface GroupParts {
  readonly users: Users;
  readonly roles: RoleHierarchy;
  readonly managers: ManagerLines;
  readonly territories: Territories;
  /** Superiors of a queue's members have access although the queue's own flag could not be read. */
  readonly queuesReachSuperiors: boolean;
  readonly problems: AccessProblems;
}

const roleGroups = ["Role", "RoleAndSubordinates", "RoleAndSubordinatesInternal"];
/** Superiors of their members gain nothing by the role hierarchy. */
const groupsWithoutSuperiors = [
  "Territory",
  "TerritoryAndSubordinates",
  "Manager",
  "ManagerAndSubordinatesInternal",
  "Organization",
  "AllCustomerPortal",
  "PRMOrganization",
];
/** The groups that have rows in GroupMember. */
const groupsWithMembers = ["Regular", "Queue"];

type GroupTables = Pick<SharingFacts, "groups" | "groupMembers" | "queuesHaveHierarchyFlag">;

/** Public groups, queues, and the groups that Salesforce keeps for roles, territories, managers and kinds of users. */
export class Groups {
  readonly #parts: GroupParts;
  readonly #queuesHaveHierarchyFlag: boolean;
  readonly #groups: ReadonlyMap<Id, GroupFacts>;
  readonly #systemGroups: ReadonlyMap<string, readonly Id[]>;
  readonly #members = new Map<Id, Id[]>();
  readonly #containers = new Map<Id, Id[]>();
  #bossesByRole: Map<Id, Id[]> | undefined;

  constructor({ groups, groupMembers, queuesHaveHierarchyFlag }: GroupTables, parts: GroupParts) {
    this.#parts = parts;
    this.#queuesHaveHierarchyFlag = queuesHaveHierarchyFlag;
    const { problems } = parts;
    if (groups === undefined) problems.add("Group could not be read: groups and queues open nothing.");
    if (groupMembers === undefined)
      problems.add("GroupMember could not be read: public groups and queues open nothing.");
    this.#groups = new Map((groups ?? []).map((row) => [row.id, row]));
    this.#systemGroups = bySystemGroup(this.#groups.values());
    for (const { groupId, userOrGroupId } of groupMembers ?? []) {
      if (!groupsWithMembers.includes(this.#groups.get(groupId)?.type ?? "")) continue;
      if (!this.#groups.has(userOrGroupId) && parts.users.get(userOrGroupId) === undefined) {
        problems.add("A member of a group does not exist: it counts as no member.", userOrGroupId);
        continue;
      }
      append(this.#members, groupId, userOrGroupId);
      append(this.#containers, userOrGroupId, groupId);
    }
  }

  /** The principals on a document that is shared to the group, or owned by it. */
  principalsOf(id: Id): Principal[] {
    const { roles, problems } = this.#parts;
    const row = this.#groups.get(id);
    const type = row?.type ?? "";
    if (row && groupsWithMembers.includes(type)) {
      if (type === "Queue" && !this.#queuesHaveHierarchyFlag && !this.#parts.queuesReachSuperiors) {
        problems.add(
          "It is unknown whether a queue includes the superiors of its members: they do not see its records.",
          id,
        );
      }
      return this.#includesBosses(row) ? [group(id), bosses(id)] : [group(id)];
    }
    if (roleGroups.includes(type)) return [group(id), ...roles.superiorsOf(row?.relatedId)];
    if (groupsWithoutSuperiors.includes(type)) return [group(id)];
    problems.add(
      row === undefined
        ? "A record belongs to or is shared to a group that does not exist: that opens nothing."
        : "A record is shared to a personal group, or to a group of an unknown type: that opens nothing.",
      id,
    );
    return [];
  }

  /** The groups that contain the user. */
  heldBy(reader: Reader): Set<Id> {
    const held = new Set([...(this.#containers.get(reader.id) ?? []), ...this.#systemGroupsOf(reader)]);
    // A set may grow while it is read: the groups that contain its new members are read too.
    for (const id of held) for (const container of this.#containers.get(id) ?? []) held.add(container);
    return held;
  }

  /** The territory groups that reach the user from a territory below. They count for shares to them, and not inside of other groups. */
  reachingByTerritory(reader: Reader): Id[] {
    const { territories } = this.#parts;
    return [
      ...this.#named("Territory", territories.below(reader.id)),
      ...this.#named("TerritoryAndSubordinates", territories.below(reader.id)),
    ];
  }

  /** The groups of which the users of a role are bosses: some member's role is below it. */
  bossedBy(role: Id): readonly Id[] {
    this.#bossesByRole ??= this.#findBosses();
    return this.#bossesByRole.get(role) ?? [];
  }

  #systemGroupsOf({ id, userRoleId, kind, userType }: Reader): Id[] {
    const { roles, managers, territories } = this.#parts;
    const internal = kind === "internal";
    const role = roles.get(userRoleId)?.id;
    const line = role === undefined ? [] : [role, ...roles.above(role)];
    return [
      ...this.#named("Role", line.slice(0, 1)),
      ...this.#named("RoleAndSubordinates", line),
      ...(internal && role !== undefined && roles.isInternal(role)
        ? this.#named("RoleAndSubordinatesInternal", line)
        : []),
      // Manager groups contain Standard and Chatter Only users only (Sharing Records with Manager Groups).
      ...(internal ? this.#named("Manager", managers.below(id)) : []),
      ...(internal ? this.#named("ManagerAndSubordinatesInternal", [id, ...managers.above(id)]) : []),
      ...this.#named("Territory", territories.of(id)),
      ...this.#named("TerritoryAndSubordinates", [...territories.of(id), ...territories.above(id)]),
      ...(internal ? this.#named("Organization", [""]) : []),
      ...(userType === "PowerPartner" ? this.#named("PRMOrganization", [""]) : []),
      ...(!internal && userType !== "PowerPartner" ? this.#named("AllCustomerPortal", [""]) : []),
    ];
  }

  #named(type: string, related: Iterable<Id>): Id[] {
    return [...related].flatMap((id) => this.#systemGroups.get(`${type}:${id}`) ?? []);
  }

  #includesBosses({ type, doesIncludeBosses }: GroupFacts): boolean {
    if (type === "Queue" && !this.#queuesHaveHierarchyFlag) return this.#parts.queuesReachSuperiors;
    return doesIncludeBosses === true;
  }

  #findBosses(): Map<Id, Id[]> {
    const found = new Map<Id, Id[]>();
    for (const row of this.#groups.values()) {
      const superiors = new Set([...this.#rolesWithBosses(row)].flatMap((role) => this.#parts.roles.above(role)));
      for (const role of superiors) append(found, role, row.id);
    }
    return found;
  }

  /** The roles of members whose superiors the group reaches: every group on the way to them includes bosses. */
  #rolesWithBosses(start: GroupFacts): Set<Id> {
    const { users } = this.#parts;
    const found = new Set<Id>();
    const groups = new Set([start]);
    for (const row of groups) {
      if (!groupsWithMembers.includes(row.type ?? "") || !this.#includesBosses(row)) continue;
      for (const member of this.#members.get(row.id) ?? []) {
        const nested = this.#groups.get(member);
        if (nested === undefined) addIfKnown(found, users.get(member)?.userRoleId);
        else if (roleGroups.includes(nested.type ?? "")) addIfKnown(found, nested.relatedId);
        else groups.add(nested);
      }
    }
    return found;
  }
}

/** Groups that Salesforce keeps, by their type and the role, territory or user that they belong to. */
function bySystemGroup(groups: Iterable<GroupFacts>): Map<string, Id[]> {
  const found = new Map<string, Id[]>();
  for (const { id, type, relatedId } of groups) {
    if (typeof type === "string" && !groupsWithMembers.includes(type)) append(found, `${type}:${relatedId ?? ""}`, id);
  }
  return found;
}

function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}

function addIfKnown(ids: Set<Id>, id: Id | null | undefined): void {
  if (typeof id === "string") ids.add(id);
}
