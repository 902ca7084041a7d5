import type { AccessProblems } from "./access-problems.ts";
import type { Id, ObjectPermissionFacts, PermissionSetAssignmentFacts, SharingFacts } from "./sharing-facts.ts";

/** The tables that decide what users may do with objects. */
export type PermissionTables = Pick<
  SharingFacts,
  | "permissionSets"
  | "mutingPermissionSets"
  | "permissionSetGroups"
  | "permissionSetGroupComponents"
  | "permissionSetAssignments"
  | "objectPermissions"
  | "fieldPermissions"
>;

/** The objects that a permission set lets its users read, and those of which it lets them view all records. */
interface Grant {
  readonly read: ReadonlySet<string>;
  readonly viewAll: ReadonlySet<string>;
  readonly viewAllData: boolean;
  readonly readsField: (field: QualifiedField) => boolean;
}

/** A field with its object, such as `Account.Rating`. */
export type QualifiedField = string;

export const objectOfField = (field: QualifiedField): string => field.slice(0, field.indexOf("."));

/** What counts for a user: the profile's set, sets assigned directly, and aggregated sets of groups with their muting. */
export interface UserPermissions {
  reads(object: string): boolean;
  /** View All or Modify All on the object, View All Data or Modify All Data; always together with Read. */
  viewsAll(object: string): boolean;
  readonly viewsAllData: boolean;
  /** View All Data does not count: it does not open fields. */
  readsField(field: QualifiedField): boolean;
}

const nothing: Grant = { read: new Set(), viewAll: new Set(), viewAllData: false, readsField: () => false };

const tables = [
  ["permissionSets", "PermissionSet"],
  ["permissionSetAssignments", "PermissionSetAssignment"],
  ["objectPermissions", "ObjectPermissions"],
] as const;
const groupTables = [
  ["permissionSetGroups", "PermissionSetGroup"],
  ["permissionSetGroupComponents", "PermissionSetGroupComponent"],
] as const;

/** The object permissions of all users at one moment. */
export class ObjectPermissions {
  readonly #grants: ReadonlyMap<Id, Grant>;
  readonly #groupGrants: ReadonlyMap<Id, Grant>;
  readonly #activeGroups: ReadonlySet<Id>;
  readonly #assignments = new Map<Id, PermissionSetAssignmentFacts[]>();
  readonly #nextExpiry: number | undefined;

  constructor(facts: PermissionTables, now: number, problems: AccessProblems) {
    for (const [table, name] of tables) {
      if (facts[table] === undefined) problems.add(`${name} could not be read: no user has access.`);
    }
    for (const [table, name] of groupTables) {
      if (facts[table] === undefined) problems.add(`${name} could not be read: permission set groups grant nothing.`);
    }
    const rows = Map.groupBy(facts.objectPermissions ?? [], ({ parentId }) => parentId);
    this.#grants = grantsOfSets(facts, rows);
    this.#groupGrants = grantsOfGroups(facts, { rows, sets: this.#grants, problems });
    this.#activeGroups = new Set(
      (facts.permissionSetGroups ?? []).filter((row) => row.hasActivationRequired === false).map(({ id }) => id),
    );
    const active = (facts.permissionSetAssignments ?? []).filter((assignment) => counts(assignment, now));
    for (const assignment of active) {
      const assignments = this.#assignments.get(assignment.assigneeId);
      if (assignments) assignments.push(assignment);
      else this.#assignments.set(assignment.assigneeId, [assignment]);
      if (!this.#grants.has(assignment.permissionSetId)) {
        problems.add("An assigned permission set could not be read: it grants nothing.", assignment.permissionSetId);
      }
    }
    for (const assignment of active) {
      if (!this.#grantOf(assignment).viewAllData) continue;
      problems.add(
        "View All Data does not open files: its holders see the files of records and their own.",
        assignment.assigneeId,
      );
    }
    const expiries = active.flatMap(({ expirationDate }) => expirationDate ?? []);
    this.#nextExpiry = expiries.reduce<number | undefined>((least, at) => Math.min(least ?? at, at), undefined);
  }

  /** When the first assignment that counts now expires; identities are wrong from then on. */
  get nextExpiry(): number | undefined {
    return this.#nextExpiry;
  }

  of(user: Id): UserPermissions {
    const grants = (this.#assignments.get(user) ?? []).map((assignment) => this.#grantOf(assignment));
    const viewsAllData = grants.some(({ viewAllData }) => viewAllData);
    const reads = (object: string): boolean => grants.some(({ read }) => read.has(object));
    return {
      reads,
      viewsAll: (object) => reads(object) && (viewsAllData || grants.some((grant) => grant.viewAll.has(object))),
      viewsAllData,
      readsField: (field) => grants.some(({ readsField }) => readsField(field)),
    };
  }

  /** Equal for users to whom the same permission sets are assigned. */
  setsOf(user: Id): string {
    const assignments = this.#assignments.get(user) ?? [];
    return assignments
      .map(({ permissionSetId, permissionSetGroupId }) => `${permissionSetId} ${permissionSetGroupId ?? ""}`)
      .sort()
      .join(",");
  }

  /** For a group: what its aggregated set and its components less the muting agree on. */
  #grantOf({ permissionSetId, permissionSetGroupId }: PermissionSetAssignmentFacts): Grant {
    const set = this.#grants.get(permissionSetId) ?? nothing;
    if (permissionSetGroupId === null) return set;
    if (permissionSetGroupId === undefined || !this.#activeGroups.has(permissionSetGroupId)) return nothing;
    const components = this.#groupGrants.get(permissionSetGroupId) ?? nothing;
    return {
      read: onlyWhere(set.read, (object) => components.read.has(object)),
      viewAll: onlyWhere(set.viewAll, (object) => components.viewAll.has(object)),
      viewAllData: set.viewAllData && components.viewAllData,
      readsField: (field) => set.readsField(field) && components.readsField(field),
    };
  }
}

function counts({ isActive, isRevoked, expirationDate }: PermissionSetAssignmentFacts, now: number): boolean {
  const expired = expirationDate === undefined || (expirationDate !== null && expirationDate <= now);
  return isActive === true && isRevoked === false && !expired;
}

/** Sets that require activation, or may require it, grant nothing. */
function grantsOfSets(
  { permissionSets, fieldPermissions }: PermissionTables,
  rows: ReadonlyMap<Id, readonly ObjectPermissionFacts[]>,
): Map<Id, Grant> {
  return new Map(
    (permissionSets ?? []).map(({ id, hasActivationRequired, viewAllData, modifyAllData }) => {
      if (hasActivationRequired !== false) return [id, nothing];
      const readable = (rows.get(id) ?? []).filter(({ read }) => read === true);
      const viewable = readable.filter((row) => row.viewAllRecords === true || row.modifyAllRecords === true);
      return [
        id,
        {
          read: names(readable),
          viewAll: names(viewable),
          viewAllData: viewAllData === true || modifyAllData === true,
          readsField: fieldsOfSet(
            names(readable.filter((row) => row.viewAllFields === true)),
            fieldPermissions?.granted.get(id),
          ),
        },
      ];
    }),
  );
}

const fieldsOfSet =
  (all: ReadonlySet<string>, granted: ReadonlySet<string> = new Set()) =>
  (field: QualifiedField): boolean =>
    granted.has(field) || all.has(objectOfField(field));

interface GroupSources {
  readonly rows: ReadonlyMap<Id, readonly ObjectPermissionFacts[]>;
  readonly sets: ReadonlyMap<Id, Grant>;
  readonly problems: AccessProblems;
}

/** The components of each group less its muting. A group with a component that could not be read grants nothing. */
function grantsOfGroups(facts: PermissionTables, { rows, sets, problems }: GroupSources): Map<Id, Grant> {
  const muting = new Map((facts.mutingPermissionSets ?? []).map((row) => [row.id, row]));
  const components = Map.groupBy(facts.permissionSetGroupComponents ?? [], (row) => row.permissionSetGroupId);
  const grants = new Map<Id, Grant>();
  for (const [group, parts] of components) {
    const ids = parts.map(({ permissionSetId }) => permissionSetId);
    const unread = ids.filter((id) => !sets.has(id) && !muting.has(id));
    for (const id of unread)
      problems.add("A component of a permission set group could not be read: the group grants nothing.", id);
    if (unread.length > 0) continue;
    const mutedRows = ids.filter((id) => muting.has(id)).flatMap((id) => rows.get(id) ?? []);
    const mutedSystem = ids.flatMap((id) => muting.get(id) ?? []);
    const granted = ids.flatMap((id) => sets.get(id) ?? []);
    const mutedFields = ids.filter((id) => muting.has(id)).flatMap((id) => facts.fieldPermissions?.named.get(id) ?? []);
    const mutedReads = names(mutedRows.filter(({ read }) => read !== false));
    const mutedAllFields = names(mutedRows.filter((row) => row.viewAllFields === true || row.read !== false));
    // Muting View All takes Modify All with it, and muting Modify All leaves View All.
    const mutedViews = names(mutedRows.filter((row) => row.viewAllRecords !== false || row.read !== false));
    grants.set(group, {
      read: onlyWhere(union(granted.map(({ read }) => read)), (object) => !mutedReads.has(object)),
      viewAll: onlyWhere(union(granted.map(({ viewAll }) => viewAll)), (object) => !mutedViews.has(object)),
      viewAllData: granted.some((grant) => grant.viewAllData) && mutedSystem.every((row) => row.viewAllData === false),
      // A muted object mutes its fields; whether muting View All Fields leaves single fields is not documented: it takes all.
      readsField: (field) =>
        granted.some((grant) => grant.readsField(field)) &&
        !mutedFields.some((fields) => fields.has(field)) &&
        !mutedAllFields.has(objectOfField(field)),
    });
  }
  return grants;
}

const names = (rows: readonly ObjectPermissionFacts[]): Set<string> => new Set(rows.map(({ object }) => object));

const union = (sets: readonly ReadonlySet<string>[]): Set<string> => new Set(sets.flatMap((set) => [...set]));

const onlyWhere = (objects: ReadonlySet<string>, test: (object: string) => boolean): Set<string> =>
  new Set([...objects].filter(test));
