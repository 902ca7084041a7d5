import type { Id } from "./sharing-facts.ts";

/** A set of users, such as `user:005…` or `group:00G…`, without the org and the object that a token puts in front. */
export type Principal = string;

export const viewAll: Principal = "view_all";
export const publicTo = { internal: "public:internal", external: "public:external" } as const;

export const user = (id: Id): Principal => `user:${id}`;
export const group = (id: Id): Principal => `group:${id}`;
/** The users whose role is above a role. */
export const above = (role: Id): Principal => `above:${role}`;
/** The users of a role that has very many roles below it, for records of those roles. */
export const under = (role: Id): Principal => `under:${role}`;
/** The users whose role is above a member of a group that includes bosses. */
export const bosses = (groupId: Id): Principal => `bosses:${groupId}`;
/** The users who hold a principal that a parent record gives to its children. */
export const via = (parent: Id): Principal => `via:${parent}`;
/** The users who hold a principal of a list. */
export const set = (hash: string): Principal => `set:${hash}`;
/** The internal users among those of a principal. */
export const internal = (principal: Principal): Principal => `internal:${principal}`;
/** Stands in a list that would be empty: Elastic's templates show documents without a list to all users. */
export const none: Principal = "none";

/** Principals that reach users by the role hierarchy. */
export const isHierarchical = (principal: Principal): boolean => /^(?:above|under|bosses):/u.test(principal);

/** The key prefix of files; their own tokens need no object permission. */
export const filePart = "069";

/** Tokens are `{org}:{object part}:{principal}`. The object part is a key prefix, or `{detail}.{master}`. */
export class TokenForm {
  readonly #org: Id;

  constructor(org: Id) {
    this.#org = org;
  }

  token(part: string, principal: Principal): string {
    return `${this.#org}:${part}:${principal}`;
  }

  tokens(part: string, principals: readonly Principal[]): string[] {
    return principals.map((principal) => this.token(part, principal));
  }

  parse(token: string): { readonly part: string; readonly principal: Principal } {
    const start = this.#org.length + 1;
    const colon = token.indexOf(":", start);
    return { part: token.slice(start, colon), principal: token.slice(colon + 1) };
  }
}
