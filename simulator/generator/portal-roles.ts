import { wellKnownIds } from "../schema/well-known-ids.ts";
import type { OrgBuilder } from "./org-builder.ts";

const at = Date.UTC(2020, 0, 6);

/** From the highest to the lowest. */
const portalRanks = ["Executive", "Manager", "Worker"] as const;

/** Writes the portal roles of the first account, below the role of its owner, and gives them to the external users of the account. */
export function writePortalRoles(org: OrgBuilder): void {
  const [account, name, ownerRole] =
    org.database.row(
      `SELECT a."Id", a."Name", u."UserRoleId" FROM "Account" a JOIN "User" u ON u."Id" = a."OwnerId" ORDER BY a."_row" LIMIT 1`,
    ) ?? [];
  if (typeof account !== "string" || typeof ownerRole !== "string") return;
  const company = String(name).slice(0, 50);
  const partner = portalLine(org, { account, company, top: ownerRole, type: "Partner" });
  const customer = portalLine(org, { account, company, top: ownerRole, type: "CustomerPortal" });
  // The partner users work for the same company: a manager and a worker.
  for (const [userType, roles] of [
    ["PowerPartner", [partner[1], partner[2]]],
    ["PowerCustomerSuccess", [customer[2]]],
  ] as const) {
    const users = org.database.rows(`SELECT "Id" FROM "User" WHERE "UserType" = ? ORDER BY "_row"`, [userType]);
    for (const [index, [user]] of users.entries()) {
      org.database.run(`UPDATE "User" SET "UserRoleId" = ?, "PortalRole" = ? WHERE "Id" = ?`, [
        roles[index % roles.length] ?? null,
        userType === "PowerPartner" && index % 2 === 0 ? "Manager" : "Worker",
        String(user),
      ]);
    }
  }
}

interface PortalLine {
  readonly account: string;
  readonly company: string;
  /** The role above the line. */
  readonly top: string;
  readonly type: "Partner" | "CustomerPortal";
}

function portalLine(org: OrgBuilder, { account, company, top, type }: PortalLine): string[] {
  let parent = top;
  return portalRanks.map((rank) => {
    const title = `${company} ${type === "Partner" ? "Partner" : "Customer"} ${rank === "Worker" ? "User" : rank}`;
    parent = org.table("UserRole").add({
      Name: title.slice(0, 80),
      DeveloperName: `Portal_${type}_${rank}`,
      ParentRoleId: parent,
      OpportunityAccessForAccountOwner: "None",
      CaseAccessForAccountOwner: "None",
      ContactAccessForAccountOwner: "None",
      PortalType: type,
      PortalRole: rank,
      PortalAccountId: account,
      LastModifiedDate: at,
      LastModifiedById: wellKnownIds.adminUser,
      SystemModstamp: at,
    });
    for (const group of ["Role", "RoleAndSubordinates"]) {
      org.table("Group").add({
        Type: group,
        RelatedId: parent,
        DeveloperName: `Portal_${type}_${rank}_${group}`,
        OwnerId: wellKnownIds.organization,
        CreatedDate: at,
        CreatedById: wellKnownIds.adminUser,
        LastModifiedDate: at,
        LastModifiedById: wellKnownIds.adminUser,
        SystemModstamp: at,
      });
    }
    return parent;
  });
}
