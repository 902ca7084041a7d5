import type { PermissionTables } from "../../src/access/object-permissions.ts";
import type { ObjectPermissionFacts, PermissionSetAssignmentFacts } from "../../src/access/sharing-facts.ts";
import { now } from "./index-org.ts";
import type { Random } from "./random.ts";

const profile = "0PS000000000000";
const sets = ["0PS000000000001", "0PS000000000002"];
const aggregated = "0PS000000000009";
const group = "0PG000000000001";
const muting = "0QM000000000001";

/** A profile, sets, and a group of the sets with muting and an aggregated set that is up to date. */
export function randomPermissions(
  random: Random,
  users: readonly string[],
  objects: readonly string[],
): PermissionTables {
  const granted = [profile, ...sets].flatMap((set) =>
    objectPermissions(random, { set, objects, chance: set === profile ? 0.75 : 0.5 }),
  );
  const muted = objectPermissions(random, { set: muting, objects, chance: 0.2 });
  const system = new Map(sets.map((set) => [set, random.chance(0.1)]));
  const mutesSystem = random.chance(0.5);
  const systemOf = (set: string): boolean => system.get(set) ?? false;
  return {
    permissionSets: [profile, ...sets, aggregated].map((set) => ({
      id: set,
      hasActivationRequired: set === sets[0] && random.chance(0.2),
      viewAllData: set === aggregated ? sets.some(systemOf) && !mutesSystem : systemOf(set),
      modifyAllData: false,
    })),
    mutingPermissionSets: [{ id: muting, viewAllData: mutesSystem, modifyAllData: false }],
    permissionSetGroups: [{ id: group, hasActivationRequired: random.chance(0.1) }],
    permissionSetGroupComponents: [...sets, muting].map((set) => ({
      permissionSetGroupId: group,
      permissionSetId: set,
    })),
    permissionSetAssignments: users.flatMap((user) => assignments(random, user)),
    objectPermissions: [...granted, ...muted, ...aggregate(granted, muted)],
  };
}

function objectPermissions(
  random: Random,
  { set, objects, chance }: { set: string; objects: readonly string[]; chance: number },
): ObjectPermissionFacts[] {
  return objects
    .filter(() => random.chance(chance))
    .map((object) => {
      const modifyAllRecords = random.chance(0.1);
      return {
        parentId: set,
        object,
        read: true,
        viewAllRecords: modifyAllRecords || random.chance(0.1),
        modifyAllRecords,
      };
    });
}

/** Muting Read takes everything of the object; the muting of these orgs always mutes Read. */
function aggregate(
  granted: readonly ObjectPermissionFacts[],
  muted: readonly ObjectPermissionFacts[],
): ObjectPermissionFacts[] {
  const mutedObjects = new Set(muted.map(({ object }) => object));
  return granted
    .filter(({ parentId, object }) => parentId !== profile && !mutedObjects.has(object))
    .map((row) => ({ ...row, parentId: aggregated }));
}

function assignments(random: Random, assigneeId: string): PermissionSetAssignmentFacts[] {
  const of = (permissionSetId: string, permissionSetGroupId: string | null = null): PermissionSetAssignmentFacts => ({
    assigneeId,
    permissionSetId,
    permissionSetGroupId,
    isActive: permissionSetId === profile || random.chance(0.9),
    isRevoked: random.chance(0.05),
    expirationDate: random.chance(0.8) ? null : now + random.of([-1, 1]),
  });
  return [
    of(profile),
    ...random.some(sets, 1).map((set) => of(set)),
    ...(random.chance(0.4) ? [of(aggregated, group)] : []),
  ];
}
