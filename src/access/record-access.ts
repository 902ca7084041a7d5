import type { AccessProblems } from "./access-problems.ts";
import { type ChildPrincipals, childPrincipals, isChildOfAccounts } from "./implicit-access.ts";
import { partFrom } from "./object-parts.ts";
import type { RecordFacts } from "./record-facts.ts";
import type { RoleHierarchy } from "./roles.ts";
import type { SalesforceObject, SalesforceObjects } from "./salesforce-objects.ts";
import { topOf } from "./salesforce-objects.ts";
import type { Sharees } from "./sharees.ts";
import type { Id } from "./sharing-facts.ts";
import type { Principal } from "./tokens.ts";
import type { Users } from "./users.ts";

/** What a record gives to the records below it. */
export interface Grants {
  readonly id: Id;
  readonly principals: readonly Principal[];
  /** What the record has from its own parent. */
  readonly from?: Grants | undefined;
  /** A junction gives only to those who see both of its masters. */
  readonly junction?: RecordAccess | undefined;
}

/** What a record has from one parent, and the object part under which its document carries it. */
interface Inherited {
  readonly part: string;
  readonly grants: Grants;
  readonly parent: RecordAccess;
}

/** Who may see a record, before it is written as tokens. */
export interface RecordAccess {
  readonly id: Id;
  readonly object: SalesforceObject;
  /** Under the object's own part. */
  readonly principals: readonly Principal[];
  /** One entry, or two for a junction. */
  readonly inherited: readonly Inherited[];
  /** An organization-wide default may open it. */
  readonly mayBePublic: boolean;
  /** What an account gives to its children without being their master. */
  readonly children?: ChildPrincipals;
}

/** The records above a record, as far as they were found. */
export interface Parents {
  readonly account?: RecordAccess | undefined;
  /** In the order of `RecordFacts.masterIds`. */
  readonly masters?: readonly (RecordAccess | undefined)[];
}

interface RecordParts {
  readonly objects: SalesforceObjects;
  readonly users: Users;
  readonly roles: RoleHierarchy;
  readonly sharees: Sharees;
  readonly problems: AccessProblems;
}

/** Computes who may see a record from its facts and from the access to its parents. */
export class RecordRules {
  readonly #parts: RecordParts;

  constructor(parts: RecordParts) {
    this.#parts = parts;
  }

  /** `undefined` if the object is unknown: its records are hidden from all users. */
  accessTo(record: RecordFacts, parents: Parents): RecordAccess | undefined {
    const object = this.#parts.objects.get(record.object);
    if (object === undefined) {
      this.#parts.problems.add("A record's object is not known: the record stays hidden.", record.object);
      return undefined;
    }
    switch (object.kind) {
      case "view all only":
        return viewAllOnly(record, object);
      case "detail":
      case "junction":
        return this.#detail(record, object, parents);
      case "controlled by account":
        return this.#contactOfAccount(record, object, parents);
      case "own sharing":
        if (object.name === "Contact") return this.#contact(record, object, parents);
        if (object.name === "Opportunity" && record.isPrivate !== false)
          return this.#privateOpportunity(record, object);
        return this.#shared(record, object, parents);
      default:
        return object.kind satisfies never;
    }
  }

  #shared(record: RecordFacts, object: SalesforceObject, parents: Parents): RecordAccess {
    const { sharees } = this.#parts;
    const shared = sharees.shares(record).flatMap(({ principals }) => principals);
    return {
      id: record.id,
      object,
      principals: distinct([...sharees.owner(record), ...shared]),
      inherited: this.#fromAccount(record, object, parents),
      mayBePublic: true,
      ...(object.name === "Account" && { children: childPrincipals(record, object, this.#parts) }),
    };
  }

  /** Neither a default nor an account nor a share row that was left over opens it. */
  #privateOpportunity(record: RecordFacts, object: SalesforceObject): RecordAccess {
    return { ...viewAllOnly(record, object), principals: this.#parts.sharees.owner(record) };
  }

  #contact(record: RecordFacts, object: SalesforceObject, parents: Parents): RecordAccess {
    if (this.#accountOf(record, parents) === undefined) return this.#contactAlone(record, object);
    return this.#shared(record, object, parents);
  }

  /** Without an account, a contact is its owner's, whatever the default. */
  #contactAlone(record: RecordFacts, object: SalesforceObject): RecordAccess {
    return { ...viewAllOnly(record, object), principals: this.#parts.sharees.ownerOnly(record) };
  }

  #contactOfAccount(record: RecordFacts, object: SalesforceObject, parents: Parents): RecordAccess {
    const account = this.#accountOf(record, parents);
    if (account === undefined) return this.#contactAlone(record, object);
    const inherited = { part: partFrom(object, account.object), grants: grantsOf(account), parent: account };
    return {
      id: record.id,
      object,
      principals: this.#parts.sharees.owner(record),
      inherited: [inherited],
      mayBePublic: account.mayBePublic,
    };
  }

  #detail(record: RecordFacts, object: SalesforceObject, { masters = [] }: Parents): RecordAccess {
    const found = object.masters.flatMap((expected, position) => {
      const master = masters[position];
      const id = record.masterIds?.[position];
      return master?.id === id && master?.object.name === expected.name ? [master] : [];
    });
    if (found.length !== object.masters.length) {
      this.#parts.problems.add(
        "A master of a record was not found: only View All on its object opens the record.",
        record.id,
      );
      return viewAllOnly(record, object);
    }
    return {
      id: record.id,
      object,
      principals: [],
      inherited: found.map((parent) => ({
        part: partFrom(object, topOf(parent.object)),
        grants: grantsOf(parent),
        parent,
      })),
      mayBePublic: object.kind === "detail" && found.every((master) => master.mayBePublic),
    };
  }

  #accountOf({ id, accountId }: RecordFacts, { account }: Parents): RecordAccess | undefined {
    if (typeof accountId !== "string") return undefined;
    if (account?.id === accountId && account.object.name === "Account") return account;
    this.#parts.problems.add("The account of a record was not found: the record is not opened by it.", id);
    return undefined;
  }

  /** Access to an account's children that its share rows name. */
  #fromAccount(record: RecordFacts, object: SalesforceObject, parents: Parents): Inherited[] {
    if (!isChildOfAccounts(object.name)) return [];
    const account = this.#accountOf(record, parents);
    const principals = account?.children?.[object.name] ?? [];
    if (account === undefined || principals.length === 0) return [];
    return [{ part: object.prefix, grants: { id: account.id, principals }, parent: account }];
  }
}

/** What a record gives to details and to contacts that it controls: all that opens the record itself, View All and defaults aside. */
function grantsOf(record: RecordAccess): Grants {
  if (record.object.kind === "junction") {
    return { id: record.id, principals: [], junction: record };
  }
  return { id: record.id, principals: record.principals, from: record.inherited[0]?.grants };
}

/** All principals of a record and of what it has from above. Junctions have no list of principals to give. */
export function allPrincipals({ principals, from }: Grants): Principal[] {
  return from === undefined ? [...principals] : distinct([...principals, ...allPrincipals(from)]);
}

const viewAllOnly = ({ id }: RecordFacts, object: SalesforceObject): RecordAccess => ({
  id,
  object,
  principals: [],
  inherited: [],
  mayBePublic: false,
});

const distinct = (principals: readonly Principal[]): Principal[] => [...new Set(principals)];
