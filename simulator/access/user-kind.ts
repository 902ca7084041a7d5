import type { OrgDatabase } from "../storage/org-database.ts";

/**
 * How a user gets access to records. High-volume users are external users without roles and groups. `none` has no access at all: inactive
 * and frozen users, and users of the system.
 */
export type UserKind = "internal" | "external" | "high-volume" | "guest" | "none";

const kinds: ReadonlyMap<unknown, UserKind> = new Map([
  ["Standard", "internal"],
  ["CsnOnly", "internal"],
  ["PowerPartner", "external"],
  ["PowerCustomerSuccess", "external"],
  ["CustomerSuccess", "external"],
  ["CspLitePortal", "high-volume"],
  ["Guest", "guest"],
]);

/** What a frozen user can read is not confirmed: a frozen user cannot sign in. */
export function kindOf(database: OrgDatabase, userId: string): UserKind {
  const [type, active] = database.row(`SELECT "UserType", "IsActive" FROM "User" WHERE "Id" = ?`, [userId]) ?? [];
  const frozen = database.number(`SELECT count(*) FROM "UserLogin" WHERE "UserId" = ? AND "IsFrozen" = 1`, [userId]);
  return active === 1 && frozen === 0 ? (kinds.get(type) ?? "none") : "none";
}
