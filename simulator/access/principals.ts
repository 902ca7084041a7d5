import type { SharingSettings } from "../sharing/sharing-settings.ts";
import type { OrgDatabase } from "../storage/org-database.ts";
import { kindOf, type UserKind } from "./user-kind.ts";

/** The users and groups whose shares apply to a user, with and without the role hierarchy. */
export interface Principals {
  readonly kind: UserKind;
  readonly direct: ReadonlySet<string>;
  readonly hierarchical: ReadonlySet<string>;
}

/** The tables that determine the principals of a user. */
export const principalTables = [
  "User",
  "UserLogin",
  "UserRole",
  "Group",
  "GroupMember",
  "Territory2",
  "Territory2Model",
  "UserTerritory2Association",
] as const;

interface UserRow {
  readonly role: string | undefined;
  readonly manager: string | undefined;
  readonly type: string;
}

interface GroupRow {
  readonly type: string;
  readonly related: string;
  readonly bosses: boolean;
}

/** The users, roles, groups and territories of an org as a graph. Goes from a user up to the groups. */
class SharingGraph {
  readonly users = new Map<string, UserRow>();
  readonly groups = new Map<string, GroupRow>();
  /** The groups that a user or group is a member of. */
  readonly containers = new Map<string, string[]>();
  readonly roleParents = new Map<string, string | undefined>();
  readonly portalRoles = new Set<string>();
  readonly territoryParents = new Map<string, string | undefined>();
  /** The territories of active models. */
  readonly activeTerritories = new Set<string>();
  readonly territoriesOf = new Map<string, string[]>();

  constructor(database: OrgDatabase, settings: SharingSettings) {
    for (const [id, role, manager, type] of database.rows(
      `SELECT "Id", "UserRoleId", "ManagerId", "UserType" FROM "User"`,
    )) {
      this.users.set(String(id), { role: textOf(role), manager: textOf(manager), type: String(type) });
    }
    for (const [id, parent, portal] of database.rows(`SELECT "Id", "ParentRoleId", "PortalType" FROM "UserRole"`)) {
      this.roleParents.set(String(id), textOf(parent));
      if (portal === "Partner" || portal === "CustomerPortal") this.portalRoles.add(String(id));
    }
    for (const [id, type, related, flag] of database.rows(
      `SELECT "Id", "Type", "RelatedId", "DoesIncludeBosses" FROM "Group"`,
    )) {
      const bosses = type === "Queue" ? flag === 1 || !settings.queuesHaveFlag : type === "Regular" && flag === 1;
      this.groups.set(String(id), { type: String(type), related: textOf(related) ?? "", bosses });
    }
    for (const [group, member] of database.rows(`SELECT "GroupId", "UserOrGroupId" FROM "GroupMember"`)) {
      push(this.containers, String(member), String(group));
    }
    this.#readTerritories(database);
  }

  /** The ancestors of an id, nearest first. Empty if they form a cycle. */
  static above(parents: ReadonlyMap<string, string | undefined>, id: string | undefined): ReadonlySet<string> {
    const line = new Set<string>();
    let parent = id === undefined ? undefined : parents.get(id);
    while (parent !== undefined && parents.has(parent)) {
      if (parent === id || line.has(parent)) return new Set();
      line.add(parent);
      parent = parents.get(parent);
    }
    return line;
  }

  managersOf(userId: string): ReadonlySet<string> {
    const chain = new Set<string>();
    let manager = this.users.get(userId)?.manager;
    while (manager !== undefined && manager !== userId && !chain.has(manager)) {
      chain.add(manager);
      manager = this.users.get(manager)?.manager;
    }
    return chain;
  }

  #readTerritories(database: OrgDatabase): void {
    for (const [id, parent, state] of database.rows(
      `SELECT t."Id", t."ParentTerritory2Id", m."State" FROM "Territory2" t LEFT JOIN "Territory2Model" m ON m."Id" = t."Territory2ModelId"`,
    )) {
      this.territoryParents.set(String(id), textOf(parent));
      if (state === "Active") this.activeTerritories.add(String(id));
    }
    for (const [user, territory] of database.rows(
      `SELECT "UserId", "Territory2Id" FROM "UserTerritory2Association" WHERE "IsActive" = 1`,
    )) {
      push(this.territoriesOf, String(user), String(territory));
    }
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

export class PrincipalDirectory {
  readonly #database: OrgDatabase;
  readonly #settings: SharingSettings;
  #version = "";
  #graph: SharingGraph | undefined;
  readonly #known = new Map<string, Principals>();

  constructor(database: OrgDatabase, settings: SharingSettings) {
    this.#database = database;
    this.#settings = settings;
  }

  of(userId: string): Principals {
    const version = `${this.#database.versionOf(principalTables)}.${this.#settings.version}`;
    if (this.#graph === undefined || version !== this.#version) {
      this.#graph = new SharingGraph(this.#database, this.#settings);
      this.#version = version;
      this.#known.clear();
    }
    let principals = this.#known.get(userId);
    if (principals === undefined) {
      principals = principalsOf(this.#graph, userId, kindOf(this.#database, userId));
      this.#known.set(userId, principals);
    }
    return principals;
  }
}

function principalsOf(graph: SharingGraph, userId: string, kind: UserKind): Principals {
  if (kind === "none") return { kind, direct: new Set(), hierarchical: new Set() };
  const direct = new Set([userId]);
  if (kind === "high-volume" || kind === "guest") return { kind, direct, hierarchical: direct };
  for (const id of ownGroups(graph, userId, kind)) direct.add(id);
  spread(direct, graph, ({ type }) => type === "Regular" || type === "Queue");
  const superior = subordinates(graph, userId);
  spread(superior, graph, ({ bosses }) => bosses);
  return { kind, direct, hierarchical: new Set([...direct, ...superior]) };
}

/** Adds the groups that contain one of the ids, directly or through nested groups. */
function spread(ids: Set<string>, graph: SharingGraph, passes: (group: GroupRow) => boolean): void {
  // A set can grow while it is iterated: the added ids follow.
  for (const id of ids) {
    for (const container of graph.containers.get(id) ?? []) {
      const group = graph.groups.get(container);
      if (group !== undefined && passes(group)) ids.add(container);
    }
  }
}

/** The groups of the user that Salesforce maintains. */
function ownGroups(graph: SharingGraph, userId: string, kind: UserKind): string[] {
  const role = graph.roleParents.has(graph.users.get(userId)?.role ?? "") ? graph.users.get(userId)?.role : undefined;
  const rolesAbove = SharingGraph.above(graph.roleParents, role);
  const managers = graph.managersOf(userId);
  const { covered, above } = territoryReach(graph, userId);
  const internal = kind === "internal";
  const partner = graph.users.get(userId)?.type === "PowerPartner";
  const internalRole = role !== undefined && !graph.portalRoles.has(role);
  const belongs: Readonly<Record<string, (related: string) => boolean>> = {
    Role: (related) => related === role,
    RoleAndSubordinates: (related) => related === role || rolesAbove.has(related),
    RoleAndSubordinatesInternal: (related) => related === role || (internalRole && rolesAbove.has(related)),
    Manager: (related) => graph.managersOf(related).has(userId),
    ManagerAndSubordinatesInternal: (related) => internal && (related === userId || managers.has(related)),
    Territory: (related) => covered.has(related),
    TerritoryAndSubordinates: (related) => covered.has(related) || above.has(related),
    Organization: () => internal,
    AllCustomerPortal: () => kind === "external" && !partner,
    PRMOrganization: () => partner,
  };
  return [...graph.groups].filter(([, { type, related }]) => belongs[type]?.(related) === true).map(([id]) => id);
}

/** The user's active territories with their descendants, and the ancestors of the user's territories. */
function territoryReach(
  graph: SharingGraph,
  userId: string,
): { readonly covered: ReadonlySet<string>; readonly above: ReadonlySet<string> } {
  const own = new Set(graph.territoriesOf.get(userId));
  const covered = new Set<string>();
  const above = new Set<string>();
  if (own.size === 0) return { covered, above };
  for (const territory of graph.activeTerritories) {
    const line = SharingGraph.above(graph.territoryParents, territory);
    if (own.has(territory) || [...line].some((id) => own.has(id))) covered.add(territory);
  }
  for (const territory of own) {
    for (const id of SharingGraph.above(graph.territoryParents, territory)) {
      if (graph.activeTerritories.has(id)) above.add(id);
    }
  }
  return { covered, above };
}

/** The users with a role below the user's, and the groups of those roles. */
function subordinates(graph: SharingGraph, userId: string): Set<string> {
  const role = graph.users.get(userId)?.role;
  const found = new Set<string>();
  if (role === undefined) return found;
  const below = new Set(
    [...graph.roleParents.keys()].filter((id) => SharingGraph.above(graph.roleParents, id).has(role)),
  );
  for (const [id, user] of graph.users) if (user.role !== undefined && below.has(user.role)) found.add(id);
  for (const [id, { type, related }] of graph.groups) if (type.startsWith("Role") && below.has(related)) found.add(id);
  return found;
}
