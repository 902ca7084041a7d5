import type { AccessProblems } from "./access-problems.ts";
import type { Groups } from "./groups.ts";
import type { RecordFacts, ShareFacts } from "./record-facts.ts";
import type { RoleHierarchy } from "./roles.ts";
import type { Id } from "./sharing-facts.ts";
import { grantsRead } from "./sharing-models.ts";
import { type Principal, user } from "./tokens.ts";
import type { Users } from "./users.ts";

interface ShareeParts {
  readonly users: Users;
  readonly roles: RoleHierarchy;
  readonly groups: Groups;
  readonly problems: AccessProblems;
}

/** Turns owners and share rows into principals. */
export class Sharees {
  readonly #parts: ShareeParts;

  constructor(parts: ShareeParts) {
    this.#parts = parts;
  }

  /** An owner or sharee: a user with the superiors of the user's role, a group, or a queue. */
  principalsOf(id: Id): Principal[] {
    const { users, roles, groups, problems } = this.#parts;
    const row = users.get(id);
    if (row !== undefined) return [user(id), ...roles.superiorsOf(row.userRoleId)];
    if (id.startsWith("00G")) return groups.principalsOf(id);
    problems.add("A record belongs to or is shared to a user who does not exist: that opens nothing.", id);
    return [];
  }

  /** The owner alone, without superiors. */
  ownerOnly({ ownerId }: RecordFacts): Principal[] {
    return typeof ownerId === "string" && this.#parts.users.get(ownerId) !== undefined ? [user(ownerId)] : [];
  }

  /** The owner is always taken from the record: the share table merges the owner's row with others. */
  owner({ ownerId }: RecordFacts): Principal[] {
    return typeof ownerId === "string" ? this.principalsOf(ownerId) : [];
  }

  /** The share rows that count, each with its principals. */
  shares(record: RecordFacts): { readonly share: ShareFacts; readonly principals: Principal[] }[] {
    return rowsOf(record)
      .filter((share) => this.#counts(share, record))
      .map((share) => ({ share, principals: this.principalsOf(share.userOrGroupId) }));
  }

  #counts({ rowCause, accessLevel, userOrGroupId }: ShareFacts, { id, ownerId }: RecordFacts): boolean {
    if (!grantsRead(accessLevel) || typeof rowCause !== "string") {
      this.#parts.problems.add("A share row has no level that grants access, or no cause: it opens nothing.", id);
      return false;
    }
    if (rowCause !== "Owner" || userOrGroupId === ownerId) return true;
    this.#parts.problems.add("A share row names an owner who is not the record's: it opens nothing.", id);
    return false;
  }
}

function rowsOf({ shares }: RecordFacts): readonly ShareFacts[] {
  return shares === undefined || shares === "no share table" ? [] : shares;
}
