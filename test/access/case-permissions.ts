import type { PermissionTables } from "../../src/access/object-permissions.ts";
import type { ObjectPermissionFacts, PermissionSetAssignmentFacts } from "../../src/access/sharing-facts.ts";
import type {
  Assignment,
  PermissionSet,
  PermissionSetGroup,
  SharingCase,
  User,
} from "../sharing-cases/sharing-case.ts";
import type { CaseIds } from "./case-ids.ts";
import { now } from "./index-org.ts";

type CaseFacts = SharingCase["facts"];

const day = 86_400_000;

export const everyObject = "every object";

/** The permission tables of a case. Each group has an aggregated set, which is assigned with it. */
export function permissionTables(facts: CaseFacts, ids: CaseIds, objects: readonly string[]): PermissionTables {
  const everything = { objects: Object.fromEntries(objects.map((object) => [object, ["Read"] as const])) };
  const sets: Record<string, PermissionSet> = { ...facts.permissionSets, [everyObject]: everything };
  const groups = Object.entries(facts.permissionSetGroups ?? {});
  const aggregated = Object.fromEntries(
    groups.map(([name, group]) => [`${name} aggregated`, aggregatedSet(group, sets)]),
  );
  const muting = Object.fromEntries(
    groups.flatMap(([name, group]) => (group.muting ? [[`${name} muting`, group.muting]] : [])),
  );
  const all = Object.entries({ ...sets, ...aggregated });
  const mutingSets = Object.entries<PermissionSet>(muting);
  return {
    permissionSets: all
      .filter(([, { unreadable }]) => !unreadable)
      .map(([name, set]) => ({
        id: ids.of("0PS", name),
        hasActivationRequired: set.requiresActivation ?? false,
        ...systemPermissions(set),
      })),
    mutingPermissionSets: mutingSets.map(([name, set]) => ({ id: ids.of("0QM", name), ...systemPermissions(set) })),
    permissionSetGroups: groups.map(([name, { requiresActivation }]) => ({
      id: ids.of("0PG", name),
      hasActivationRequired: requiresActivation ?? false,
    })),
    permissionSetGroupComponents: groups.flatMap(([name, group]) => [
      ...group.sets.map((set) => ({ permissionSetGroupId: ids.of("0PG", name), permissionSetId: ids.of("0PS", set) })),
      ...(group.muting
        ? [{ permissionSetGroupId: ids.of("0PG", name), permissionSetId: ids.of("0QM", `${name} muting`) }]
        : []),
    ]),
    permissionSetAssignments: Object.entries(facts.users).flatMap(([name, user]) =>
      assignmentsOf(name, user, { facts, ids }),
    ),
    objectPermissions: [
      ...all.flatMap(([name, set]) => objectPermissions(ids.of("0PS", name), set)),
      ...mutingSets.flatMap(([name, set]) => objectPermissions(ids.of("0QM", name), set)),
    ],
  };
}

const systemPermissions = ({ system = [] }: PermissionSet): { viewAllData: boolean; modifyAllData: boolean } => ({
  viewAllData: system.includes("ViewAllData"),
  modifyAllData: system.includes("ModifyAllData"),
});

function objectPermissions(parentId: string, { objects = {} }: PermissionSet): ObjectPermissionFacts[] {
  return Object.entries(objects).map(([object, permissions]) => ({
    parentId,
    object,
    read: permissions.includes("Read"),
    viewAllRecords: permissions.includes("ViewAll"),
    modifyAllRecords: permissions.includes("ModifyAll"),
  }));
}

/** Unless the case gives it: every permission of the sets, less those that the muting names. */
function aggregatedSet(
  { sets, muting, aggregated, requiresActivation }: PermissionSetGroup,
  all: Readonly<Record<string, PermissionSet>>,
): PermissionSet {
  if (aggregated !== undefined) return aggregated;
  const parts = sets.map((name) => all[name] ?? {});
  const objects = parts.flatMap((part) => Object.keys(part.objects ?? {})) as (keyof NonNullable<
    PermissionSet["objects"]
  >)[];
  return {
    ...(requiresActivation && { requiresActivation }),
    objects: Object.fromEntries(
      objects.map((object) => {
        const permissions = parts.flatMap((part) => part.objects?.[object] ?? []);
        return [object, permissions.filter((permission) => !muting?.objects?.[object]?.includes(permission))];
      }),
    ),
    system: parts.flatMap(({ system = [] }) => system).filter((permission) => !muting?.system?.includes(permission)),
  };
}

function assignmentsOf(
  name: string,
  { profile = everyObject, assigned = [] }: User,
  { facts, ids }: { facts: CaseFacts; ids: CaseIds },
): PermissionSetAssignmentFacts[] {
  return [{ of: profile }, ...assigned].map(({ of, active, expires, revoked }: Assignment) => {
    const isGroup = facts.permissionSetGroups?.[of] !== undefined;
    return {
      assigneeId: ids.of("005", name),
      permissionSetId: ids.of("0PS", isGroup ? `${of} aggregated` : of),
      permissionSetGroupId: isGroup ? ids.of("0PG", of) : null,
      isActive: active ?? true,
      isRevoked: revoked ?? false,
      expirationDate: expires === undefined ? null : now + (expires === "past" ? -day : day),
    };
  });
}
