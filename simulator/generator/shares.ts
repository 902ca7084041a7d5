import type { Random } from "../core/random.ts";
import { wellKnownIds } from "../schema/well-known-ids.ts";
import { ShareKeeper } from "../sharing/share-keeper.ts";
import { childLevels, type ShareTable, shareTables } from "../sharing/share-tables.ts";
import { SharingSettings } from "../sharing/sharing-settings.ts";
import type { Groups } from "./groups.ts";
import type { OrgBuilder, Value } from "./org-builder.ts";
import type { People } from "./people.ts";

const at = Date.UTC(2023, 0, 1);
const stamps = { CreatedDate: at, LastModifiedDate: at, SystemModstamp: at };

/** Writes the shares that users, rules and Apex code create, teams, and the accounts of territories. */
export function writeShares(org: OrgBuilder, people: People, groups: Groups): void {
  const settings = new SharingSettings(org.database);
  for (const table of shareTables.filter(({ object }) => settings.hasShareTable(object))) {
    const random = org.random(`shares/${table.share}`);
    let index = 0;
    for (const [id, owner, modified] of org.database.rows(
      `SELECT "Id", "OwnerId", "LastModifiedDate" FROM "${table.object}" WHERE "IsDeleted" = 0 ORDER BY "_row"`,
    )) {
      const share = madeShare(random, { index, people, groups, table });
      index += 1;
      if (share === undefined || share.who === owner) continue;
      addShare(org, table, { ...share, parentId: String(id), at: Number(modified) });
    }
  }
  writeTeams(org, people);
  writeTerritoryAccounts(org, groups);
}

/** Writes the share rows derived from owners, teams, territories and children. Create the indexes of the tables first. */
export function writeDerivedShares(org: OrgBuilder): void {
  const keeper = new ShareKeeper(org.database, new SharingSettings(org.database), {
    insert: (share, values) =>
      void org.table(share).add({ ...values, LastModifiedDate: at, LastModifiedById: wellKnownIds.adminUser }),
    update: () => {
      throw new Error("A new org has no derived share rows yet.");
    },
    remove: (share, id) => void org.database.run(`DELETE FROM "${share}" WHERE "Id" = ?`, [id]),
  });
  keeper.fill();
}

interface MadeShare {
  readonly who: string;
  readonly cause: string;
}

interface ShareParts {
  readonly index: number;
  readonly people: People;
  readonly groups: Groups;
  readonly table: ShareTable;
}

/** The first records get one row of each cause, so that the smallest org has every cause. A few of the other records get a row. */
function madeShare(random: Random, { index, people, groups, table }: ShareParts): MadeShare | undefined {
  const causes = ["Manual", "Rule", ...(table.object === "Project__c" ? ["Reviewer__c"] : [])];
  if (index >= 12 && !random.chance(0.08)) return undefined;
  const cause = causes[index < 12 ? index % causes.length : random.below(causes.length)] ?? "Manual";
  if (cause === "Rule") return { cause, who: random.pick(groups.sharedWith) };
  const external = cause === "Manual" && random.chance(0.2) && people.external.length > 0;
  return { cause, who: random.pick(external ? people.external : people.staff).id };
}

function addShare(
  org: OrgBuilder,
  table: ShareTable,
  { parentId, who, cause, at: modified }: MadeShare & { parentId: string; at: number },
): void {
  const levels: Record<string, Value> = { [table.level]: table.object === "Campaign" ? "Edit" : "Read" };
  if (table.object === "Account") {
    for (const level of childLevels) levels[level] = "None";
    if (cause === "Rule") levels["CaseAccessLevel"] = "Read";
  }
  org.table(table.share).add({
    [table.parentField]: parentId,
    UserOrGroupId: who,
    ...levels,
    RowCause: cause,
    LastModifiedDate: modified,
    LastModifiedById: who.startsWith("005") ? who : wellKnownIds.adminUser,
  });
}

function writeTeams(org: OrgBuilder, people: People): void {
  const random = org.random("teams");
  const roles = ["Read", "Edit"].map((AccessLevel) =>
    org.table("CaseTeamRole").add({ ...stamps, Name: `Case ${AccessLevel}er`, AccessLevel }),
  );
  const count = Math.max(3, Math.round(org.counts.accounts / 50));
  for (let index = 0; index < count; index += 1) {
    org.table("AccountTeamMember").add({
      ...stamps,
      AccountId: org.table("Account").idAt(index),
      UserId: random.pick(people.staff).id,
      TeamMemberRole: "Account Manager",
      AccountAccessLevel: index % 3 === 2 ? "Edit" : "Read",
      OpportunityAccessLevel: index % 4 === 1 ? "Read" : "None",
      CaseAccessLevel: index % 4 === 2 ? "Edit" : "None",
      ContactAccessLevel: "None",
    });
    org.table("OpportunityTeamMember").add({
      ...stamps,
      OpportunityId: org.table("Opportunity").idAt(index),
      UserId: random.pick(people.staff).id,
      TeamMemberRole: "Sales Rep",
      OpportunityAccessLevel: "Read",
    });
    org.table("CaseTeamMember").add({
      ...stamps,
      ParentId: org.table("Case").idAt(index),
      MemberId: random.pick(people.staff).id,
      TeamRoleId: roles[index % roles.length] ?? null,
    });
  }
}

function writeTerritoryAccounts(org: OrgBuilder, groups: Groups): void {
  for (const [index, territory] of groups.territories.entries()) {
    org.table("ObjectTerritory2Association").add({
      ObjectId: org.table("Account").idAt(index),
      Territory2Id: territory,
      AssociationCause: index % 2 === 0 ? "Territory2Manual" : "Territory2AssignmentRule",
      SobjectType: "Account",
      LastModifiedDate: at,
      SystemModstamp: at,
    });
  }
}
