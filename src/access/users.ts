import type { AccessProblems } from "./access-problems.ts";
import type { Id, SharingFacts, UserFacts } from "./sharing-facts.ts";

/** `high-volume`: external users without roles and groups, such as those of customer communities. */
type UserKind = "internal" | "external" | "high-volume";

const kinds = new Map<string, UserKind>([
  ["Standard", "internal"],
  ["CsnOnly", "internal"],
  ["PowerPartner", "external"],
  ["PowerCustomerSuccess", "external"],
  ["CustomerSuccess", "external"],
  ["CspLitePortal", "high-volume"],
]);

/** A user who may sign in and search. */
export interface Reader extends UserFacts {
  readonly kind: UserKind;
}

interface UserOptions {
  /** Users whose frozen state is unknown get no identity. */
  readonly hideIfFrozenStateUnknown: boolean;
}

/** All users, and those among them who may see anything. */
export class Users {
  readonly #users: ReadonlyMap<Id, UserFacts>;
  readonly #frozen: ReadonlyMap<Id, boolean | undefined>;
  readonly #options: UserOptions;

  constructor(facts: Pick<SharingFacts, "users" | "userLogins">, options: UserOptions, problems: AccessProblems) {
    if (facts.users === undefined) problems.add("User could not be read: no user has access.");
    if (facts.userLogins === undefined) {
      problems.add(
        options.hideIfFrozenStateUnknown
          ? "UserLogin could not be read: no user has access."
          : "UserLogin could not be read: frozen users keep access.",
      );
    }
    for (const row of facts.users ?? []) {
      const kind = this.kindOf(row);
      if (row.isActive !== true || kind === "internal") continue;
      problems.add(
        kind === undefined
          ? "Guests, system users and users of unknown types get no identity."
          : "Sharing sets and super user access are not stored: external users do not see what these open.",
        row.id,
      );
    }
    this.#users = new Map((facts.users ?? []).map((row) => [row.id, row]));
    this.#frozen = new Map((facts.userLogins ?? []).map(({ userId, isFrozen }) => [userId, isFrozen]));
    this.#options = options;
  }

  get(id: Id): UserFacts | undefined {
    return this.#users.get(id);
  }

  all(): Iterable<UserFacts> {
    return this.#users.values();
  }

  kindOf({ userType }: UserFacts): UserKind | undefined {
    return typeof userType === "string" ? kinds.get(userType) : undefined;
  }

  isInternal(row: UserFacts): boolean {
    return this.kindOf(row) === "internal";
  }

  /** Inactive, frozen, guest and system users, and users of unknown types, read nothing. */
  reader(id: Id): Reader | undefined {
    const row = this.#users.get(id);
    const kind = row && this.kindOf(row);
    if (row?.isActive !== true || kind === undefined) return undefined;
    const frozen = this.#frozen.get(id);
    if (frozen ?? this.#options.hideIfFrozenStateUnknown) return undefined;
    return { ...row, kind };
  }
}
