import {
  mastersOf,
  type ObjectName,
  type RecordFacts,
  type ShareRow,
  type SharingCase,
  type SharingFacts,
  type TeamMember,
} from "../../../sharing-cases/sharing-case.ts";
import { endUsers, loadManagers, loadPermissions, pendingRoles, pendingUsers } from "./load-people.ts";
import { type CaseOrg, makeInOrder, type Pending, settingsOf } from "./loaded-case.ts";

/** Loads a case into an org that may hold others already. */
export async function loadCase(org: CaseOrg, sharingCase: SharingCase): Promise<void> {
  const { facts } = sharingCase;
  await org.control("sharing", settingsOf(sharingCase));
  await loadPermissions(org, facts);
  const many = Object.keys(facts.records).length > 100;
  await makeInOrder(org, [
    ...pendingRoles(org, facts),
    ...pendingUsers(org, facts),
    ...pendingGroups(org, facts),
    ...(many ? [] : pendingRecords(org, facts)),
  ]);
  if (many) await loadManyRecords(org, facts);
  await loadManagers(org, facts);
  await loadMembers(org, facts);
  await loadTerritories(org, facts);
  await loadTeams(org, facts);
  await loadShares(org, facts);
  await loadFiles(org, facts);
  await org.control(
    "unstored-access",
    (facts.unstored ?? []).map(({ user, on }) => ({ user: org.id(user), record: org.id(on) })),
  );
  await org.control(
    "restriction-rules",
    (facts.restrictionRules ?? []).map(({ object, enforcement, active, userCriteria, recordFilter }) => ({
      object,
      enforcement,
      active,
      user_criteria: userCriteria,
      record_filter: recordFilter,
    })),
  );
  await endUsers(org, facts);
}

const pendingGroups = (org: CaseOrg, { groups, libraries, chatterGroups }: SharingFacts): readonly Pending[] => [
  ...Object.entries(groups ?? {}).map(([name, { type, includesBosses }]) => ({
    name,
    needs: [],
    make: () => org.create("Group", { Name: name, Type: type, DoesIncludeBosses: includesBosses }),
  })),
  ...Object.keys(libraries ?? {}).map((name) => ({
    name,
    needs: [],
    make: () => org.create("ContentWorkspace", { Name: name }),
  })),
  ...Object.entries(chatterGroups ?? {}).map(([name, { type }]) => ({
    name,
    needs: [],
    make: () => org.create("CollaborationGroup", { Name: name, CollaborationType: type }),
  })),
];

const requiredFields: Partial<Record<ObjectName, Readonly<Record<string, unknown>>>> = {
  Contact: { LastName: "x" },
  Lead: { LastName: "x", Company: "x" },
  Opportunity: { Name: "x", StageName: "Prospecting", CloseDate: "2030-01-01" },
  Case: {},
  Milestone__c: {},
};

const pendingRecords = (org: CaseOrg, { records }: SharingFacts): readonly Pending[] =>
  Object.entries(records).map(([name, record]) => ({
    name,
    needs: [record.owner, record.account, record.contact, ...(record.masters ?? [])],
    make: () => org.create(record.object, recordValues(org, record)),
  }));

function recordValues(org: CaseOrg, record: RecordFacts): Readonly<Record<string, unknown>> {
  const { object, owner, account, contact, masters = [], isPrivate } = record;
  const accountField = object === "Account" ? "ParentId" : object === "Project__c" ? "Account__c" : "AccountId";
  const masterFields = (mastersOf[object] ?? []).map((master) => `${master.replace(/__c$/u, "")}__c`);
  return {
    ...(requiredFields[object] ?? { Name: "x" }),
    ...(owner === undefined ? {} : { OwnerId: org.id(owner) }),
    ...(account === undefined ? {} : { [accountField]: org.id(account) }),
    ...(contact === undefined ? {} : { ContactId: org.id(contact) }),
    ...(isPrivate ? { IsPrivate: true } : {}),
    ...Object.fromEntries(masters.map((master, index) => [masterFields[index] ?? "", org.id(master)])),
  };
}

async function loadManyRecords(org: CaseOrg, { records }: SharingFacts): Promise<void> {
  const entries = Object.entries(records);
  const ids = await org.createAll(entries.map(([, record]) => ({ type: record.object, ...recordValues(org, record) })));
  for (const [index, [name]] of entries.entries()) org.ids.set(name, ids[index] ?? "");
}

async function loadMembers(org: CaseOrg, { groups, libraries, chatterGroups }: SharingFacts): Promise<void> {
  for (const [name, { members }] of Object.entries(groups ?? {})) {
    for (const member of members) {
      await org.create("GroupMember", { GroupId: org.id(name), UserOrGroupId: await org.principal(member) });
    }
  }
  for (const [name, { members }] of Object.entries(libraries ?? {})) {
    for (const member of members) {
      const MemberId = await org.principal(member);
      await org.create("ContentWorkspaceMember", { ContentWorkspaceId: org.id(name), MemberId });
    }
  }
  for (const [name, { members }] of Object.entries(chatterGroups ?? {})) {
    for (const member of members) {
      const values = { CollaborationGroupId: org.id(name), MemberId: org.id(member) };
      await org.create("CollaborationGroupMember", values);
    }
  }
}

async function loadTerritories(org: CaseOrg, { territories }: SharingFacts): Promise<void> {
  const entries = Object.entries(territories ?? {});
  const pending = entries.map(([name, territory]) => ({
    name,
    needs: [territory.parent],
    make: async () =>
      org.create("Territory2", {
        Name: name,
        DeveloperName: org.unique(name),
        Territory2TypeId: await org.sharedId("Territory2Type", "Priority = 1"),
        Territory2ModelId: await org.sharedId("Territory2Model", `State = '${territory.model ?? "Active"}'`),
        ParentTerritory2Id: territory.parent === undefined ? null : org.id(territory.parent),
        AccountAccessLevel: territory.level,
        ContactAccessLevel: territory.contact ?? "None",
        OpportunityAccessLevel: territory.opportunity ?? "None",
        CaseAccessLevel: territory.case ?? "None",
      }),
  }));
  await makeInOrder(org, pending);
  for (const [name, { users, inactiveUsers = [], accounts = [], accountsByRule = [] }] of entries) {
    const Territory2Id = org.id(name);
    for (const user of [...users, ...inactiveUsers]) {
      const id = await org.create("UserTerritory2Association", { UserId: org.id(user), Territory2Id });
      if (inactiveUsers.includes(user)) org.setColumn("UserTerritory2Association", id, `"IsActive" = 0`);
    }
    for (const account of [...accounts, ...accountsByRule]) {
      await org.create("ObjectTerritory2Association", {
        ObjectId: org.id(account),
        Territory2Id,
        AssociationCause: accounts.includes(account) ? "Territory2Manual" : "Territory2AssignmentRule",
      });
    }
  }
}

async function loadTeams(org: CaseOrg, facts: SharingFacts): Promise<void> {
  for (const member of facts.teams ?? []) {
    const object = facts.records[member.on]?.object;
    const [type, values] = await teamRow(org, member, object);
    await org.create(type, values);
  }
}

async function teamRow(
  org: CaseOrg,
  { on, user, level, contact, opportunity, case: ticket }: TeamMember,
  object: ObjectName | undefined,
): Promise<[string, Readonly<Record<string, unknown>>]> {
  const record = org.id(on);
  const UserId = org.id(user);
  if (object === "Account") {
    const levels = {
      AccountAccessLevel: level,
      ContactAccessLevel: contact ?? "None",
      OpportunityAccessLevel: opportunity ?? "None",
      CaseAccessLevel: ticket ?? "None",
    };
    return ["AccountTeamMember", { AccountId: record, UserId, ...levels }];
  }
  if (object === "Opportunity") {
    return ["OpportunityTeamMember", { OpportunityId: record, UserId, OpportunityAccessLevel: level }];
  }
  const TeamRoleId = await org.create("CaseTeamRole", { Name: org.unique(user), AccessLevel: level });
  return ["CaseTeamMember", { ParentId: record, MemberId: UserId, TeamRoleId }];
}

async function loadShares(org: CaseOrg, facts: SharingFacts): Promise<void> {
  for (const row of facts.sharing ?? []) {
    const object = facts.records[row.on]?.object ?? "Account";
    const to = await org.principal(row.to);
    if (row.cause === "Rule" || row.cause === "GuestRule") await loadRuleShare(org, row, to);
    else await org.create(shareTableOf(object).name, shareValues(org, { row, to, object }));
  }
}

async function loadRuleShare(org: CaseOrg, row: ShareRow, to: string): Promise<void> {
  const { on, cause, level, contact, opportunity, case: ticket } = row;
  const levels = {
    ...(contact === undefined ? {} : { contact_level: contact }),
    ...(opportunity === undefined ? {} : { opportunity_level: opportunity }),
    ...(ticket === undefined ? {} : { case_level: ticket }),
  };
  await org.control("rule-shares", [{ record: org.id(on), to, cause, level, ...levels }]);
}

/** The share table of an object, its parent field and its level field. */
export function shareTableOf(object: ObjectName): { name: string; parent: string; level: string } {
  if (object.endsWith("__c")) return { name: `${object.slice(0, -1)}Share`, parent: "ParentId", level: "AccessLevel" };
  return { name: `${object}Share`, parent: `${object}Id`, level: `${object}AccessLevel` };
}

function shareValues(
  org: CaseOrg,
  { row, to, object }: { row: ShareRow; to: string; object: ObjectName },
): Readonly<Record<string, unknown>> {
  const { parent, level } = shareTableOf(object);
  const childLevels = {
    ContactAccessLevel: row.contact ?? "None",
    OpportunityAccessLevel: row.opportunity ?? "None",
    CaseAccessLevel: row.case ?? "None",
  };
  return {
    [parent]: org.id(row.on),
    UserOrGroupId: to,
    RowCause: row.cause,
    ...(object === "Account" ? childLevels : {}),
    [level]: row.level,
  };
}

async function loadFiles(org: CaseOrg, { files }: SharingFacts): Promise<void> {
  for (const [name, { owner, privateOnRecords, links = [] }] of Object.entries(files ?? {})) {
    const version = await org.create(
      "ContentVersion",
      {
        PathOnClient: `${name}.txt`,
        VersionData: Buffer.from(name).toString("base64"),
        SharingPrivacy: privateOnRecords ? "P" : "N",
      },
      await org.signIn(owner),
    );
    const [row] = await org.admin.records<{ ContentDocumentId: string }>(
      `SELECT ContentDocumentId FROM ContentVersion WHERE Id = '${version}'`,
    );
    org.ids.set(name, row?.ContentDocumentId ?? "");
    org.ids.set(`version of ${name}`, version);
    await org.createAll(
      links.map(({ to, visibility = "AllUsers" }) => ({
        type: "ContentDocumentLink",
        ContentDocumentId: row?.ContentDocumentId ?? "",
        LinkedEntityId: to === "Organization" ? org.simulator.org.organizationId : org.id(to),
        ShareType: "V",
        Visibility: visibility,
      })),
    );
  }
}
