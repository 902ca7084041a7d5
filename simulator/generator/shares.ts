import type { Random } from "../core/random.ts";
import type { Groups } from "./groups.ts";
import type { OrgBuilder, Value } from "./org-builder.ts";
import type { People } from "./people.ts";

interface ShareRule {
  readonly parent: string;
  readonly share: string;
  readonly parentField: string;
  readonly level: string;
}

const rules: readonly ShareRule[] = [
  { parent: "Account", share: "AccountShare", parentField: "AccountId", level: "AccountAccessLevel" },
  { parent: "Opportunity", share: "OpportunityShare", parentField: "OpportunityId", level: "OpportunityAccessLevel" },
  { parent: "Case", share: "CaseShare", parentField: "CaseId", level: "CaseAccessLevel" },
  { parent: "Campaign", share: "CampaignShare", parentField: "CampaignId", level: "CampaignAccessLevel" },
  { parent: "Project__c", share: "Project__Share", parentField: "ParentId", level: "AccessLevel" },
  { parent: "Installation__c", share: "Installation__Share", parentField: "ParentId", level: "AccessLevel" },
];

/** Writes the owner's share row of every record, and some rows of every other row cause. */
export function writeShares(org: OrgBuilder, people: People, groups: Groups): void {
  for (const rule of rules) {
    const random = org.random(`shares/${rule.share}`);
    let index = 0;
    for (const [id, owner, modified] of org.database.rows(
      `SELECT "Id", "OwnerId", "LastModifiedDate" FROM "${rule.parent}" WHERE "IsDeleted" = 0 ORDER BY "_row"`,
    )) {
      const add = (who: string, cause: string, level = "Read") =>
        addShare(org, rule, { parentId: String(id), who, cause, level, at: Number(modified) });
      add(String(owner), "Owner", "All");
      const extra = extraShare(random, { index, people, groups, rule });
      if (extra !== undefined) add(extra.who, extra.cause);
      index += 1;
    }
  }
  writeTeams(org, people);
  writeTerritoryAccounts(org, groups);
}

interface ExtraParts {
  readonly index: number;
  readonly people: People;
  readonly groups: Groups;
  readonly rule: ShareRule;
}

/** The first records have one row of each cause, so that the smallest org has every cause. Of the others, a few have one. */
function extraShare(
  random: Random,
  { index, people, groups, rule }: ExtraParts,
): { who: string; cause: string } | undefined {
  const causes = ["Manual", "Rule", "Team", "ImplicitParent", "Territory2AssociationManual"];
  const territories = rule.parent === "Account" || rule.parent === "Opportunity";
  const known = causes.slice(0, rule.parent === "Account" ? 5 : territories ? 3 : 2);
  if (index >= 12 && !random.chance(0.08)) return undefined;
  const cause = known[index < 12 ? index % known.length : random.below(known.length)] ?? "Manual";
  switch (cause) {
    case "Rule":
      return { cause, who: random.pick([...groups.publicGroups, ...groups.roleGroups, groups.organization]) };
    case "Territory2AssociationManual":
      return { cause, who: random.pick(groups.territoryGroups) };
    case "Manual":
      return {
        cause,
        who:
          random.chance(0.2) && people.external.length > 0
            ? random.pick(people.external).id
            : random.pick(people.staff).id,
      };
    default:
      return { cause, who: random.pick(people.staff).id };
  }
}

function addShare(
  org: OrgBuilder,
  rule: ShareRule,
  { parentId, who, cause, level, at }: { parentId: string; who: string; cause: string; level: string; at: number },
): void {
  const levels: Record<string, Value> = { [rule.level]: level };
  if (rule.parent === "Account") {
    levels["ContactAccessLevel"] = cause === "Owner" ? "All" : "None";
    levels["OpportunityAccessLevel"] = cause === "Owner" ? "All" : "None";
    levels["CaseAccessLevel"] = cause === "Rule" ? "Read" : cause === "Owner" ? "All" : "None";
  }
  org.table(rule.share).add({
    [rule.parentField]: parentId,
    UserOrGroupId: who,
    ...levels,
    RowCause: cause,
    LastModifiedDate: at,
    LastModifiedById: who.startsWith("005") ? who : null,
  });
}

function writeTeams(org: OrgBuilder, people: People): void {
  const random = org.random("teams");
  const count = Math.max(3, Math.round(org.counts.accounts / 50));
  for (let index = 0; index < count; index += 1) {
    const stamps = {
      CreatedDate: Date.UTC(2023, 0, 1),
      LastModifiedDate: Date.UTC(2023, 0, 1),
      SystemModstamp: Date.UTC(2023, 0, 1),
    };
    org.table("AccountTeamMember").add({
      ...stamps,
      AccountId: org.table("Account").idAt(index),
      UserId: random.pick(people.staff).id,
      TeamMemberRole: "Account Manager",
      AccountAccessLevel: "Read",
      OpportunityAccessLevel: "None",
      CaseAccessLevel: "None",
      ContactAccessLevel: "None",
    });
    org.table("OpportunityTeamMember").add({
      ...stamps,
      OpportunityId: org.table("Opportunity").idAt(index),
      UserId: random.pick(people.staff).id,
      TeamMemberRole: "Sales Rep",
      OpportunityAccessLevel: "Read",
    });
  }
}

function writeTerritoryAccounts(org: OrgBuilder, groups: Groups): void {
  const at = Date.UTC(2023, 0, 1);
  for (const [index, territory] of groups.territories.entries()) {
    org.table("ObjectTerritory2Association").add({
      ObjectId: org.table("Account").idAt(index),
      Territory2Id: territory,
      AssociationCause: "Territory2Manual",
      SobjectType: "Account",
      LastModifiedDate: at,
      SystemModstamp: at,
    });
  }
}
