import {
  type AccountChild,
  accountChildren,
  childLevel,
  childLevels,
  ownerChildLevel,
  type ShareTable,
} from "./share-tables.ts";
import type { SharingSettings } from "./sharing-settings.ts";

// Share rows that Salesforce derives from other rows, as SQL ("Record Access Under the Hood", "Implicit Sharing"; Object Reference,
// "AccountShare"). Each part selects record, principal, cause, level, and for accounts the levels for contacts, opportunities and cases.
// With the scope `listed`, `?1` is a JSON list of record ids.

/** The causes of rows that Salesforce derives. Users, rules and Apex code create rows with other causes. */
export const derivedCauses: ReadonlySet<string> = new Set([
  "Owner",
  "Team",
  "Territory",
  "Territory2AssociationManual",
  "ImplicitParent",
  "ImplicitChild",
  "PortalImplicit",
  "RelatedPortalUser",
]);

const none = `'None'`;
const alive = (alias: string) => `${alias}."IsDeleted" = 0`;

/** The group of an account's lowest portal role, for which Salesforce stores a row. */
const portalGroup = (account: string) => `
  JOIN "UserRole" p ON p."PortalAccountId" = ${account}
    AND NOT EXISTS (SELECT 1 FROM "UserRole" q WHERE q."ParentRoleId" = p."Id" AND q."PortalAccountId" = p."PortalAccountId")
  JOIN "Group" g ON g."RelatedId" = p."Id" AND g."Type" = 'Role'`;

/** Selects all due rows of a share table, in the order of the records. */
export function dueSharesSql(table: ShareTable, settings: SharingSettings, scope: "listed" | "all"): string {
  const only = (column: string) => (scope === "all" ? "" : ` AND ${column} IN (SELECT value FROM json_each(?1))`);
  const parts = table.object === "Account" ? accountParts(settings, only) : otherParts(table, settings, only);
  // Materialized, so that rows can be written while the result is read.
  return `WITH due AS MATERIALIZED (${parts.join(" UNION ALL ")}) SELECT * FROM due ORDER BY 1`;
}

type Only = (column: string) => string;

function accountParts(settings: SharingSettings, only: Only): string[] {
  const roleLevels = (["Contact", "Opportunity", "Case"] as const)
    .map((child) => `coalesce(r."${ownerChildLevel[child]}", ${none})`)
    .join(", ");
  const teamLevels = childLevels.map((level) => `coalesce(m."${level}", ${none})`).join(", ");
  const noLevels = childLevels.map(() => none).join(", ");
  const territoryLevels = childLevels.map((level) => `coalesce(t."${level}", ${none})`).join(", ");
  return [
    `SELECT o."Id", o."OwnerId", 'Owner', 'All', ${roleLevels} FROM "Account" o
      LEFT JOIN "User" u ON u."Id" = o."OwnerId" LEFT JOIN "UserRole" r ON r."Id" = u."UserRoleId" WHERE ${alive("o")}${only(`o."Id"`)}`,
    `SELECT o."Id", m."UserId", 'Team', m."AccountAccessLevel", ${teamLevels} FROM "AccountTeamMember" m
      JOIN "Account" o ON o."Id" = m."AccountId" AND ${alive("o")} WHERE ${alive("m")} AND m."AccountAccessLevel" <> ${none}${only(`m."AccountId"`)}`,
    `SELECT o."Id", g."Id", CASE x."AssociationCause" WHEN 'Territory2AssignmentRule' THEN 'Territory' ELSE 'Territory2AssociationManual' END,
      coalesce(t."AccountAccessLevel", 'Read'), ${territoryLevels} FROM "ObjectTerritory2Association" x
      JOIN "Account" o ON o."Id" = x."ObjectId" AND ${alive("o")} JOIN "Territory2" t ON t."Id" = x."Territory2Id"
      JOIN "Territory2Model" d ON d."Id" = t."Territory2ModelId" AND d."State" = 'Active'
      JOIN "Group" g ON g."RelatedId" = t."Id" AND g."Type" = 'Territory' WHERE ${alive("x")}${only(`x."ObjectId"`)}`,
    `SELECT o."Id", g."Id", 'PortalImplicit', 'Read', ${noLevels} FROM "Account" o ${portalGroup(`o."Id"`)} WHERE ${alive("o")}${only(`o."Id"`)}`,
    ...accountChildren
      .filter((child) => settings.hasShareTable(child))
      .map((child) => implicitParent(child, noLevels, only)),
  ];
}

/** Users and groups with a share of a child can read its account. */
function implicitParent(child: AccountChild, noLevels: string, only: Only): string {
  return `SELECT DISTINCT o."Id", s."UserOrGroupId", 'ImplicitParent', 'Read', ${noLevels} FROM "${child}" c
    CROSS JOIN "${child}Share" s ON s."${child}Id" = c."Id" AND ${alive("s")} AND s."RowCause" NOT IN ('ImplicitChild', 'PortalImplicit')
    CROSS JOIN "Account" o ON o."Id" = c."AccountId" AND ${alive("o")} WHERE ${alive("c")}${only(`c."AccountId"`)}`;
}

function otherParts({ object }: ShareTable, settings: SharingSettings, only: Only): string[] {
  const parts = [
    `SELECT o."Id", o."OwnerId", 'Owner', 'All' FROM "${object}" o WHERE ${alive("o")} AND o."OwnerId" IS NOT NULL${only(`o."Id"`)}`,
  ];
  const child = accountChildren.find((name) => name === object);
  if (child !== undefined && settings.storesImplicitChildren && settings.hasShareTable("Account")) {
    parts.push(implicitChild(child, only));
  }
  switch (object) {
    case "Contact":
      parts.push(
        `SELECT o."Id", g."Id", 'PortalImplicit', 'Read' FROM "Contact" o ${portalGroup(`o."AccountId"`)} WHERE ${alive("o")}${only(`o."Id"`)}`,
      );
      break;
    case "Opportunity":
      parts.push(
        `SELECT o."Id", m."UserId", 'Team', m."OpportunityAccessLevel" FROM "OpportunityTeamMember" m JOIN "Opportunity" o ON o."Id" = m."OpportunityId" AND ${alive("o")}
          WHERE ${alive("m")} AND m."OpportunityAccessLevel" <> ${none}${only(`m."OpportunityId"`)}`,
      );
      break;
    case "Case":
      parts.push(
        `SELECT o."Id", m."MemberId", 'Team', r."AccessLevel" FROM "CaseTeamMember" m JOIN "Case" o ON o."Id" = m."ParentId" AND ${alive("o")}
          JOIN "CaseTeamRole" r ON r."Id" = m."TeamRoleId" AND r."AccessLevel" <> ${none} WHERE m."MemberId" LIKE '005%'${only(`m."ParentId"`)}`,
        `SELECT o."Id", u."Id", 'RelatedPortalUser', 'Read' FROM "Case" o JOIN "User" u ON u."ContactId" = o."ContactId" AND u."UserType" <> 'CspLitePortal'
          WHERE ${alive("o")}${only(`o."Id"`)}`,
      );
      break;
    default:
  }
  return parts;
}

/** The shares of an account with a level for its children open the children, except private opportunities. */
function implicitChild(child: AccountChild, only: Only): string {
  const level = childLevel[child];
  const notPrivate = child === "Opportunity" ? ` AND o."IsPrivate" = 0` : "";
  return `SELECT o."Id", s."UserOrGroupId", 'ImplicitChild', CASE max(s."${level}" = 'All') * 2 + max(s."${level}" = 'Edit') WHEN 0 THEN 'Read' WHEN 1 THEN 'Edit' ELSE 'All' END
    FROM "${child}" o CROSS JOIN "AccountShare" s ON s."AccountId" = o."AccountId" AND ${alive("s")} AND s."${level}" <> ${none}
    WHERE ${alive("o")}${notPrivate}${only(`o."Id"`)} GROUP BY 1, 2`;
}
