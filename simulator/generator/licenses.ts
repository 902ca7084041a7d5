import { wellKnownIds } from "../schema/well-known-ids.ts";
import type { Groups } from "./groups.ts";
import type { OrgBuilder } from "./org-builder.ts";

const at = Date.UTC(2019, 0, 2);
const stamps = { CreatedDate: at, LastModifiedDate: at, SystemModstamp: at };

/** The licenses in the order of their ids, and the profiles that have them. */
const licenses = [
  { key: "SFDC", name: "Salesforce", total: 400 },
  { key: "PID_SFDC_Integration", name: "Salesforce Integration", total: 5 },
  { key: "PID_Partner_Community", name: "Partner Community", total: 100 },
  { key: "PID_Guest_User", name: "Guest User License", total: 25 },
];
const licenseOfProfile: Readonly<Record<string, number>> = {
  [wellKnownIds.integrationProfile]: 1,
  [wellKnownIds.partnerProfile]: 2,
  [wellKnownIds.guestProfile]: 3,
};

/** Writes user licenses, a custom permission that the standard profile has, and the objects of the queues. */
export function writeLicenses(org: OrgBuilder, groups: Groups): void {
  const table = org.table("UserLicense");
  for (const { key, name, total } of licenses) {
    table.add({
      ...stamps,
      LicenseDefinitionKey: key,
      Name: name,
      MasterLabel: name,
      Status: "Active",
      TotalLicenses: total,
      UsedLicensesLastUpdated: at,
    });
  }
  for (const [profile] of org.database.rows(`SELECT "Id" FROM "Profile" ORDER BY "_row"`)) {
    const license = table.idAt(licenseOfProfile[String(profile)] ?? 0);
    org.database.run(`UPDATE "Profile" SET "UserLicenseId" = ? WHERE "Id" = ?`, [license, String(profile)]);
  }
  org.database.run(
    `UPDATE "UserLicense" SET "UsedLicenses" = (SELECT count(*) FROM "User" u JOIN "Profile" p ON p."Id" = u."ProfileId" WHERE p."UserLicenseId" = "UserLicense"."Id" AND u."IsActive" = 1)`,
  );
  const permission = org.table("CustomPermission").add({
    ...stamps,
    DeveloperName: "Approve_Discounts",
    Language: "en_US",
    MasterLabel: "Approve Discounts",
  });
  const standard = org.database.row(`SELECT "Id" FROM "PermissionSet" WHERE "ProfileId" = ?`, [
    wellKnownIds.standardProfile,
  ]);
  org.table("SetupEntityAccess").add({
    ParentId: String(standard?.[0]),
    SetupEntityId: permission,
    SetupEntityType: "CustomPermission",
    SystemModstamp: at,
  });
  for (const [index, queue] of groups.queues.entries()) {
    const types = index === 2 ? ["Lead"] : ["Case", "Lead"];
    for (const type of types) {
      org.table("QueueSobject").add({ QueueId: queue, SobjectType: type, SystemModstamp: at });
    }
  }
}
