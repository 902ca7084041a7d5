import type { AccessProblems } from "./access-problems.ts";
import { ParentTree } from "./parent-tree.ts";
import type { Id, RoleFacts, Table } from "./sharing-facts.ts";
import { above, type Principal, under } from "./tokens.ts";
import type { Users } from "./users.ts";

/**
 * Users of a role with more roles below than this hold one `under` token instead of an `above` token for each of them, so that 60 objects
 * make at most 24,000 tokens of an identity.
 */
const defaultManyRoles = 400;

/** The role hierarchy. */
export class RoleHierarchy {
  readonly #roles: ReadonlyMap<Id, RoleFacts>;
  readonly #tree: ParentTree;
  readonly #heads: ReadonlySet<Id>;

  constructor(
    roles: Table<RoleFacts>,
    users: Users,
    { problems, manyRoles = defaultManyRoles }: { problems: AccessProblems; manyRoles?: number | undefined },
  ) {
    if (roles === undefined) problems.add("UserRole could not be read: superiors see only their own records.");
    this.#roles = new Map((roles ?? []).map((role) => [role.id, role]));
    this.#tree = new ParentTree(new Map([...this.#roles].map(([id, role]) => [id, parentOf(role, users)])));
    for (const id of this.#tree.circular) {
      problems.add("Roles are each other's parents: their users are above no other role.", id);
    }
    for (const { id, parentRoleId } of this.#roles.values()) {
      if (typeof parentRoleId === "string" && !this.#roles.has(parentRoleId)) {
        problems.add("A role's parent role does not exist: the hierarchy ends there.", id);
      }
    }
    this.#heads = new Set([...this.#roles.keys()].filter((id) => this.#tree.below(id).length > manyRoles));
  }

  get(id: Id | null | undefined): RoleFacts | undefined {
    return typeof id === "string" ? this.#roles.get(id) : undefined;
  }

  above(id: Id): Id[] {
    return this.#tree.above(id);
  }

  below(id: Id): Id[] {
    return this.#tree.below(id);
  }

  /** Only a role that is known to be no portal role is internal; Salesforce says so by "None" or an empty value. */
  isInternal(id: Id): boolean {
    const portalType = this.#roles.get(id)?.portalType;
    return portalType === "None" || portalType === null;
  }

  /** The principals on a document for the superiors of a role's users. */
  superiorsOf(id: Id | null | undefined): Principal[] {
    if (typeof id !== "string" || !this.#roles.has(id)) return [];
    const heads = this.above(id).filter((role) => this.#heads.has(role));
    return [above(id), ...heads.map(under)];
  }

  /** The principals that the users of a role hold as superiors. Heads in `withoutUnder` hold `above` for each role below instead. */
  heldBy(id: Id | null | undefined, withoutUnder: ReadonlySet<Id>): Principal[] {
    if (typeof id !== "string" || !this.#roles.has(id)) return [];
    return this.#heads.has(id) && !withoutUnder.has(id) ? [under(id)] : this.below(id).map(above);
  }
}

/** A portal role without a parent role hangs below the role of its account's owner (Partner User Roles). */
function parentOf({ parentRoleId, portalType, portalAccountOwnerId }: RoleFacts, users: Users): Id | undefined {
  if (parentRoleId !== null) return parentRoleId;
  const isPortal = typeof portalType === "string" && portalType !== "None";
  if (!isPortal || typeof portalAccountOwnerId !== "string") return undefined;
  return users.get(portalAccountOwnerId)?.userRoleId ?? undefined;
}
