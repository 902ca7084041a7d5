import type { FileFacts, RecordFacts, Role, SharingCase, SharingFacts, Territory, User } from "./sharing-case.ts";

/** A name in a case, its location, and the valid names for that location. */
export interface Reference {
  readonly where: string;
  readonly name: string;
  readonly known: readonly string[];
}

type Named = readonly [where: string, name: string | undefined];

const namesIn = (table: Readonly<Record<string, unknown>> | undefined) => Object.keys(table ?? {});

const among = (known: readonly string[], uses: readonly Named[]): readonly Reference[] =>
  uses.flatMap(([where, name]) => (name === undefined ? [] : [{ where, name, known }]));

const each = <T>(
  table: Readonly<Record<string, T>> | undefined,
  take: (name: string, thing: T) => readonly Reference[],
) => Object.entries(table ?? {}).flatMap(([name, thing]) => take(name, thing));

function principalsOf({ users, groups, roles, territories }: SharingFacts): readonly string[] {
  const derived = (prefixes: readonly string[], names: readonly string[]) =>
    prefixes.flatMap((prefix) => names.map((name) => `${prefix}:${name}`));
  return [
    "Organization",
    "AllCustomerPortal",
    "PRMOrganization",
    ...namesIn(users),
    ...namesIn(groups),
    ...derived(["Role", "RoleAndSubordinates", "RoleAndSubordinatesInternal"], namesIn(roles)),
    ...derived(["Manager", "ManagerAndSubordinatesInternal"], namesIn(users)),
    ...derived(["Territory", "TerritoryAndSubordinates"], namesIn(territories)),
  ];
}

const roleReferences = (facts: SharingFacts) => (name: string, role: Role) => [
  ...among(namesIn(facts.roles), [[`parent of role ${name}`, role.parent]]),
  ...among(namesIn(facts.records), [[`account of role ${name}`, role.portal?.account]]),
];

const userReferences = (facts: SharingFacts) => (name: string, user: User) => {
  const sets = namesIn(facts.permissionSets);
  const assignable = [...sets, ...namesIn(facts.permissionSetGroups)];
  return [
    ...among(namesIn(facts.roles), [[`role of ${name}`, user.role]]),
    ...among(namesIn(facts.users), [[`manager of ${name}`, user.manager]]),
    ...among(namesIn(facts.records), [
      [`account of ${name}`, user.account],
      [`contact of ${name}`, user.contact],
    ]),
    ...among(sets, [[`profile of ${name}`, user.profile]]),
    ...among(
      assignable,
      (user.assigned ?? []).map(({ of }): Named => [`assignment of ${name}`, of]),
    ),
  ];
};

const territoryReferences = (facts: SharingFacts) => (name: string, territory: Territory) => {
  const users = [...territory.users, ...(territory.inactiveUsers ?? [])];
  const accounts = [...(territory.accounts ?? []), ...(territory.accountsByRule ?? [])];
  return [
    ...among(namesIn(facts.territories), [[`parent of territory ${name}`, territory.parent]]),
    ...among(
      namesIn(facts.users),
      users.map((user): Named => [`user of territory ${name}`, user]),
    ),
    ...among(
      namesIn(facts.records),
      accounts.map((account): Named => [`account of territory ${name}`, account]),
    ),
  ];
};

const recordReferences = (facts: SharingFacts) => (name: string, record: RecordFacts) => [
  ...among([...namesIn(facts.users), ...namesIn(facts.groups)], [[`owner of ${name}`, record.owner]]),
  ...among(
    namesIn(facts.records),
    [record.account, record.contact, ...(record.masters ?? [])].map((parent): Named => [`parent of ${name}`, parent]),
  ),
];

const fileReferences = (facts: SharingFacts) => (name: string, file: FileFacts) => {
  const { records, users, libraries, chatterGroups } = facts;
  const targets = [records, users, libraries, chatterGroups].flatMap(namesIn);
  return [
    ...among(namesIn(users), [[`owner of ${name}`, file.owner]]),
    ...among(
      [...targets, "Organization"],
      (file.links ?? []).map(({ to }): Named => [`link of ${name}`, to]),
    ),
  ];
};

function rowReferences({ facts, shareTable = [] }: SharingCase): readonly Reference[] {
  const rows = [...(facts.sharing ?? []), ...shareTable];
  const grants = [...(facts.teams ?? []), ...(facts.unstored ?? [])];
  return [
    ...among(
      namesIn(facts.records),
      [...rows, ...grants].map(({ on }): Named => ["record of a share row or grant", on]),
    ),
    ...among(
      principalsOf(facts),
      rows.map(({ to }): Named => ["principal of a share row", to]),
    ),
    ...among(
      namesIn(facts.users),
      grants.map(({ user }): Named => ["user of a team or grant", user]),
    ),
  ];
}

export function referencesOf(sharingCase: SharingCase): readonly Reference[] {
  const { facts } = sharingCase;
  const containers = { ...facts.groups, ...facts.libraries, ...facts.chatterGroups };
  return [
    ...each(facts.roles, roleReferences(facts)),
    ...each(facts.users, userReferences(facts)),
    ...each(facts.permissionSetGroups, (name, { sets }) =>
      among(
        namesIn(facts.permissionSets),
        sets.map((set): Named => [`set of ${name}`, set]),
      ),
    ),
    ...each(containers, (name, { members }) =>
      among(
        principalsOf(facts),
        members.map((member): Named => [`member of ${name}`, member]),
      ),
    ),
    ...each(facts.territories, territoryReferences(facts)),
    ...each(facts.records, recordReferences(facts)),
    ...each(facts.files, fileReferences(facts)),
    ...rowReferences(sharingCase),
  ];
}
