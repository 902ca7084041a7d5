import { AccessProblems, type AccessProblem } from "./access-problems.ts";
import { FileContainers } from "./containers.ts";
import { DocumentAccess, type PartList } from "./document-access.ts";
import { FieldAccess } from "./field-access.ts";
import { FileRules } from "./file-access.ts";
import { Groups } from "./groups.ts";
import { HierarchyProbe } from "./hierarchy-probe.ts";
import { Identities, type Identity, type IndexedAccess } from "./identities.ts";
import { everyListInline, type ListLimits, type ListPolicy } from "./list-policy.ts";
import { ManagerLines } from "./managers.ts";
import { ObjectPermissions, type QualifiedField } from "./object-permissions.ts";
import { type ObjectPart, objectParts } from "./object-parts.ts";
import { type Parents, type RecordAccess, RecordRules } from "./record-access.ts";
import type { FileFacts, RecordFacts } from "./record-facts.ts";
import { RestrictionRules } from "./restriction-rules.ts";
import { RoleHierarchy } from "./roles.ts";
import { SalesforceObjects } from "./salesforce-objects.ts";
import { Sharees } from "./sharees.ts";
import type { Id, SharingFacts } from "./sharing-facts.ts";
import { Territories } from "./territories.ts";
import { filePart, none, TokenForm } from "./tokens.ts";
import { Users } from "./users.ts";

export interface AccessOptions {
  /** The moment for which permission set assignments count, in milliseconds since 1970. */
  readonly now: number;
  /** Users get no identity if it is unknown whether they are frozen. */
  readonly hideIfFrozenStateUnknown?: boolean;
  /** Superiors of a queue's members see its records although it is unknown whether the queue includes them. */
  readonly queuesReachSuperiors?: boolean;
  /** Users of roles with more roles below hold one token for all of them. */
  readonly manyRoles?: number;
  readonly listLimits?: ListLimits;
}

/**
 * Who may see what in one org. Facts of the whole org are held in memory; those of records and files come one by one. A fact that is
 * missing, broken or not understood grants nothing and is listed in `problems`.
 */
export class OrgAccess {
  readonly #problems = new AccessProblems();
  readonly #users: Users;
  readonly #roles: RoleHierarchy;
  readonly #groups: Groups;
  readonly #permissions: ObjectPermissions;
  readonly #fields: FieldAccess;
  readonly #containers: FileContainers;
  readonly #parts: ReadonlyMap<string, ObjectPart>;
  readonly #form: TokenForm;
  readonly #records: RecordRules;
  readonly #probe: HierarchyProbe;
  readonly #files: FileRules;

  constructor(facts: SharingFacts, options: AccessOptions) {
    const problems = this.#problems;
    const { hideIfFrozenStateUnknown = false, queuesReachSuperiors = false, manyRoles } = options;
    const users = new Users(facts, { hideIfFrozenStateUnknown }, problems);
    const roles = new RoleHierarchy(facts.roles, users, { problems, manyRoles });
    const managers = new ManagerLines(users);
    const territories = new Territories(facts, problems);
    const groups = new Groups(facts, { users, roles, managers, territories, queuesReachSuperiors, problems });
    const objects = new SalesforceObjects(facts.objects, problems);
    const sharees = new Sharees({ users, roles, groups, problems });
    this.#users = users;
    this.#roles = roles;
    this.#groups = groups;
    this.#permissions = new ObjectPermissions(facts, options.now, problems);
    this.#containers = new FileContainers(facts, problems);
    const rules = new RestrictionRules(facts.restrictionRules, problems);
    this.#parts = objectParts(objects, rules);
    this.#fields = new FieldAccess({ users, permissions: this.#permissions, parts: this.#parts });
    this.#form = new TokenForm(facts.organizationId);
    this.#records = new RecordRules({ objects, users, roles, sharees, problems });
    this.#probe = new HierarchyProbe({ users, roles, permissions: this.#permissions, objects, rules }, (record) =>
      this.accessToRecord(record),
    );
    this.#files = new FileRules({ organizationId: facts.organizationId, users, problems });
  }

  /** The facts that were not read or not understood, and so hide something. The list grows while records and files are computed. */
  get problems(): AccessProblem[] {
    return this.#problems.list();
  }

  /** When the next permission set assignment expires: identities must be computed again by then. */
  get nextExpiry(): number | undefined {
    return this.#permissions.nextExpiry;
  }

  /** Parents are computed before their children. `undefined`: the object is unknown, so no user sees the record. */
  accessToRecord(record: RecordFacts, parents: Parents = {}): RecordAccess | undefined {
    return this.#records.accessTo(record, parents);
  }

  accessToFile(file: FileFacts, recordPrincipals: (id: Id) => readonly PartList[] | undefined): PartList[] {
    return this.#files.accessTo(file, recordPrincipals);
  }

  /** Finds out which custom objects grant access using hierarchies. */
  hierarchyProbe(): HierarchyProbe {
    return this.#probe;
  }

  /** Writes accesses for one pass over the documents. */
  documents(policy: ListPolicy = everyListInline): DocumentAccess {
    return new DocumentAccess(this.#problems, policy);
  }

  /** The tokens of a document's field. The list is never empty. */
  tokens(lists: readonly PartList[]): string[] {
    const tokens = new Set(lists.flatMap(({ part, principals }) => this.#form.tokens(part, principals)));
    return tokens.size > 0 ? [...tokens] : [this.#form.token(lists[0]?.part ?? filePart, none)];
  }

  /** Whether permission sets that count let a user read an object. */
  reads(user: Id, object: string): boolean {
    return this.#permissions.of(user).reads(object);
  }

  /** The fields that some users who read the object may not read, each with their number. `Account.*` stands for every account. */
  hiddenFields(object: string, fields: Iterable<QualifiedField>): Map<QualifiedField, number> {
    return this.#fields.hiddenFields(object, fields);
  }

  identities(indexed: IndexedAccess): Generator<Identity> {
    return new Identities(
      {
        users: this.#users,
        roles: this.#roles,
        groups: this.#groups,
        containers: this.#containers,
        permissions: this.#permissions,
        parts: this.#parts,
        form: this.#form,
      },
      indexed,
    ).all();
  }
}
