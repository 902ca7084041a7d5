import type { Org } from "../org/org.ts";
import { OAuthError } from "./oauth-error.ts";

/** All users have the same password and security token. */
const userPassword = "simulator";
const securityToken = "TOKEN";

/** Returns the id of the user. Throws an OAuthError if the name or password is wrong. */
export function userByPassword(org: Org, username: string, password: string | null | undefined): string {
  const userId = userByName(org, username);
  if (password !== userPassword + securityToken) throw new OAuthError("invalid_grant", "authentication failure");
  return userId;
}

/** Returns the id of an active or inactive user by name. */
export function userByName(org: Org, username: string): string {
  const row = org.database.row(`SELECT "Id" FROM "User" WHERE "Username" = ?`, [username]);
  if (row === undefined) throw new OAuthError("invalid_grant", "authentication failure");
  return String(row[0]);
}

/** Throws if the user does not exist, is inactive or is frozen. */
export function checkUser(userId: string, org: Org): void {
  const row = org.database.row(
    `SELECT u."IsActive", coalesce(max(l."IsFrozen"), 0) FROM "User" u LEFT JOIN "UserLogin" l ON l."UserId" = u."Id" WHERE u."Id" = ? GROUP BY 1`,
    [userId],
  );
  if (row === undefined) throw new OAuthError("invalid_grant", "authentication failure");
  if (row[0] !== 1) throw new OAuthError("inactive_user", "user is inactive");
  if (row[1] === 1) throw new OAuthError("invalid_grant", "authentication failure");
}
