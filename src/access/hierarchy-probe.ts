import type { ObjectPermissions } from "./object-permissions.ts";
import type { RecordAccess } from "./record-access.ts";
import type { RecordFacts } from "./record-facts.ts";
import type { RestrictionRules } from "./restriction-rules.ts";
import type { RoleHierarchy } from "./roles.ts";
import type { SalesforceObject, SalesforceObjects } from "./salesforce-objects.ts";
import type { Id } from "./sharing-facts.ts";
import { isPublic } from "./sharing-models.ts";
import { isHierarchical, user } from "./tokens.ts";
import type { Reader, Users } from "./users.ts";

/** A record that its owner's superior sees only if the object grants access using hierarchies. */
export interface ProbedRecord {
  readonly record: Id;
  readonly owner: Id;
  readonly superior: Id;
}

/** What Salesforce is asked about one object. */
export interface HierarchyQuestions {
  readonly object: string;
  readonly records: readonly ProbedRecord[];
  /** Reads the object and is above none of the owners: must not see the records. */
  readonly bystander: Id;
}

interface ProbeParts {
  readonly users: Users;
  readonly roles: RoleHierarchy;
  readonly permissions: ObjectPermissions;
  readonly objects: SalesforceObjects;
  readonly rules: RestrictionRules;
}

/** Records of different owners whose answers have to agree. */
const wanted = { least: 2, most: 3 };

/** Finds questions whose answers show whether custom objects grant access using hierarchies: no API shows the setting. */
export class HierarchyProbe {
  readonly #parts: ProbeParts;
  readonly #accessTo: (record: RecordFacts) => RecordAccess | undefined;
  #byRole: Map<Id, Reader[]> | undefined;

  constructor(parts: ProbeParts, accessTo: (record: RecordFacts) => RecordAccess | undefined) {
    this.#parts = parts;
    this.#accessTo = accessTo;
  }

  /** The objects whose setting is unknown and can be probed: nothing else opens their records to all. */
  get objects(): string[] {
    const { objects, rules } = this.#parts;
    const isUnknown = ({ name, kind, custom, facts }: SalesforceObject): boolean =>
      custom && kind === "own sharing" && facts.grantsAccessUsingHierarchies === undefined && !rules.restricts(name);
    return [...objects.all()]
      .filter((object) => isUnknown(object) && !isPublic(object.facts.internalSharingModel))
      .map(({ name }) => name);
  }

  /** Undefined if too few of the records can tell. */
  questions(object: string, records: Iterable<RecordFacts>): HierarchyQuestions | undefined {
    const found = new Map<Id, ProbedRecord>();
    for (const record of records) {
      const { ownerId } = record;
      if (typeof ownerId !== "string" || found.has(ownerId)) continue;
      const superior = this.#superiorOnly(record, ownerId);
      if (superior !== undefined) found.set(ownerId, { record: record.id, owner: ownerId, superior });
      if (found.size === wanted.most) break;
    }
    const bystander = this.#bystander(object, [...found.values()]);
    if (found.size < wanted.least || bystander === undefined) return undefined;
    return { object, records: [...found.values()], bystander };
  }

  /** A superior of the owner whom nothing but the hierarchy lets see the record. */
  #superiorOnly(record: RecordFacts, owner: Id): Id | undefined {
    const { users, roles } = this.#parts;
    if (!Array.isArray(record.shares)) return undefined;
    const principals = this.#accessTo(record)?.principals ?? [];
    const direct = principals.filter((principal) => !isHierarchical(principal));
    const role = users.get(owner)?.userRoleId;
    if (typeof role !== "string" || direct.some((principal) => principal !== user(owner))) return undefined;
    const above = roles.above(role).flatMap((each) => this.#readersByRole().get(each) ?? []);
    return above.find((reader) => reader.id !== owner && this.#needsSharing(reader, record.object))?.id;
  }

  #bystander(object: string, records: readonly ProbedRecord[]): Id | undefined {
    const { users, roles } = this.#parts;
    const involved = new Set(
      records.flatMap(({ owner }) => {
        const role = users.get(owner)?.userRoleId;
        return typeof role === "string" ? roles.above(role) : [];
      }),
    );
    const owners = new Set(records.map(({ owner }) => owner));
    return this.#internalReaders().find(
      ({ id, userRoleId }) =>
        !owners.has(id) &&
        !(typeof userRoleId === "string" && involved.has(userRoleId)) &&
        this.#needsSharing({ id }, object),
    )?.id;
  }

  /** Whether a user reads the object, but not all of its records. */
  #needsSharing({ id }: Pick<Reader, "id">, object: string): boolean {
    const permissions = this.#parts.permissions.of(id);
    return permissions.reads(object) && !permissions.viewsAll(object) && !permissions.viewsAllData;
  }

  #internalReaders(): Reader[] {
    const { users } = this.#parts;
    return [...users.all()].flatMap(({ id }) => {
      const reader = users.reader(id);
      return reader?.kind === "internal" ? [reader] : [];
    });
  }

  #readersByRole(): Map<Id, Reader[]> {
    this.#byRole ??= Map.groupBy(
      this.#internalReaders().filter(({ userRoleId }) => typeof userRoleId === "string"),
      ({ userRoleId }) => userRoleId ?? "",
    );
    return this.#byRole;
  }
}

/**
 * What the answers mean: on if every superior sees the record, off if none does. If they differ, an answer is missing, or the bystander sees
 * a record, something else opens them, and the setting stays unknown.
 */
export function hierarchiesOf(
  { records, bystander }: HierarchyQuestions,
  sees: (user: Id, record: Id) => boolean | undefined,
): boolean | undefined {
  if (records.some(({ record }) => sees(bystander, record) !== false)) return undefined;
  const [first, ...others] = records.map(({ superior, record }) => sees(superior, record));
  return others.length > 0 && others.every((answer) => answer === first) ? first : undefined;
}
