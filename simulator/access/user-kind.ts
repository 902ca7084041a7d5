import type { OrgDatabase } from "../storage/org-database.ts";

/**
 * The kind of a user determines its access to records. High-volume users are external users without roles and groups. `none` is the kind
 * of inactive users, frozen users and system users, who have no access.
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

/** A frozen user cannot sign in, so its access to records is not confirmed. */
export function kindOf(database: OrgDatabase, userId: string): UserKind {
  const [type, active] = database.row(`SELECT "UserType", "IsActive" FROM "User" WHERE "Id" = ?`, [userId]) ?? [];
  const frozen = database.number(`SELECT count(*) FROM "UserLogin" WHERE "UserId" = ? AND "IsFrozen" = 1`, [userId]);
  return active === 1 && frozen === 0 ? (kinds.get(type) ?? "none") : "none";
}
