import { createHash } from "node:crypto";
import type { AccessProblems } from "./access-problems.ts";
import { ownPartOf, partFrom } from "./object-parts.ts";
import { everyListInline, ListDemand, type ListPolicy } from "./list-policy.ts";
import { allPrincipals, type Grants, type RecordAccess } from "./record-access.ts";
import { mastersWithViewAll } from "./salesforce-objects.ts";
import { type Principal, publicTo, set, via, viewAll } from "./tokens.ts";

/** Principals under one object part. */
export interface PartList {
  readonly part: string;
  readonly principals: readonly Principal[];
}

/** What a record's document carries: the standard field, and for a junction those of the two masters. */
export interface AccessFields {
  readonly allow: readonly PartList[];
  readonly first?: readonly PartList[];
  readonly second?: readonly PartList[];
}

/** A principal that stands for others: users hold it who hold one of `either`, or one of `first` and one of `second`. */
export interface PrincipalList {
  readonly part: string;
  readonly name: Principal;
  readonly either: readonly PartList[];
  readonly first?: readonly PartList[];
  readonly second?: readonly PartList[];
}

const bothDefaults = [publicTo.internal, publicTo.external];

/** Writes the access to records as principals under object parts, and keeps the lists that `via` and `set` principals stand for. */
export class DocumentAccess {
  readonly #policy: ListPolicy;
  readonly #problems: AccessProblems;
  readonly #lists = new Map<string, PrincipalList>();
  readonly demand = new ListDemand();

  constructor(problems: AccessProblems, policy: ListPolicy = everyListInline) {
    this.#policy = policy;
    this.#problems = problems;
  }

  /** The lists that documents refer to. */
  get lists(): readonly PrincipalList[] {
    return [...this.#lists.values()];
  }

  fieldsOf(record: RecordAccess): AccessFields {
    const { object, principals, inherited, mayBePublic } = record;
    const [first, second] = inherited;
    if (object.kind === "junction" && first !== undefined && second !== undefined) {
      const ofSecond = new Set(allPrincipals(second.grants));
      const ofBoth = allPrincipals(first.grants).filter((principal) => ofSecond.has(principal));
      return {
        allow: [{ part: object.prefix, principals: [viewAll, ...this.#own(object.prefix, ofBoth)] }],
        first: this.#fromMaster(record, first),
        second: this.#fromMaster(record, second),
      };
    }
    const ownPart = ownPartOf(object);
    const own = [
      { part: object.prefix, principals: [viewAll] },
      { part: ownPart, principals: this.#own(ownPart, principals) },
    ];
    if (object.kind === "detail" && first !== undefined) return { allow: [...own, ...this.#fromMaster(record, first)] };
    const parts = inherited.map(({ part, grants }) => ({ part, principals: this.#inherited(part, grants) }));
    const opened = object.kind === "controlled by account" ? first?.part : object.prefix;
    const open = mayBePublic && opened !== undefined ? [{ part: opened, principals: bothDefaults }] : [];
    return { allow: [...own, ...parts, ...open] };
  }

  /** What the files of a record carry. */
  forFiles(record: RecordAccess): readonly PartList[] {
    const { kind, prefix } = record.object;
    if (kind !== "junction") return this.fieldsOf(record).allow;
    return [{ part: prefix, principals: [viewAll, ...this.#junction(prefix, record)] }];
  }

  #fromMaster({ object }: RecordAccess, { part, grants, parent }: RecordAccess["inherited"][number]): PartList[] {
    return [
      { part, principals: [...this.#inherited(part, grants), ...(parent.mayBePublic ? bothDefaults : [])] },
      ...mastersWithViewAll(parent.object).map((master) => ({ part: partFrom(object, master), principals: [viewAll] })),
    ];
  }

  #own(part: string, principals: readonly Principal[]): readonly Principal[] {
    if (principals.length <= this.#policy.shortList) return principals;
    const name = set(hashOf(principals));
    this.demand.countSet(part, name, principals.length);
    if (!this.#policy.usesSet(part, name)) return principals;
    return [this.#keep({ part, name, either: [{ part, principals }] })];
  }

  #inherited(part: string, grants: Grants): readonly Principal[] {
    this.#countVias(part, grants);
    return this.#write(part, grants);
  }

  #countVias(part: string, grants: Grants): void {
    if (grants.junction !== undefined) return;
    this.demand.countVia(part, grants.id, allPrincipals(grants).length);
    if (grants.from !== undefined) this.#countVias(part, grants.from);
  }

  #write(part: string, { id, principals, from, junction }: Grants): readonly Principal[] {
    if (junction !== undefined) return this.#junction(part, junction);
    if (!this.#policy.usesVia(part, id)) return [...principals, ...(from ? this.#write(part, from) : [])];
    const listed = [...principals, ...(from ? this.#nested(part, from) : [])];
    return [this.#keep({ part, name: via(id), either: [{ part, principals: listed }] })];
  }

  #nested(part: string, grants: Grants): readonly Principal[] {
    const { id, principals, from, junction } = grants;
    if (junction !== undefined || this.#policy.nestsVia(part, id)) return this.#write(part, grants);
    return [...principals, ...(from ? this.#nested(part, from) : [])];
  }

  /** Those who see a junction otherwise than by View All on it. */
  #junction(part: string, record: RecordAccess): Principal[] {
    this.demand.countJunction(part, record.id);
    if (!this.#policy.opensJunction(part, record.id)) {
      this.#problems.add("Too many records with two masters have files or details: these stay hidden.", record.id);
      return [];
    }
    const name = via(record.id);
    if (this.#lists.has(`${part}:${name}`)) return [name];
    const { allow, ...masters } = this.fieldsOf(record);
    const either = allow.map(({ part: own, principals }) => ({
      part: own,
      principals: principals.filter((principal) => principal !== viewAll),
    }));
    return [this.#keep({ part, name, either, ...masters })];
  }

  #keep(list: PrincipalList): Principal {
    this.#lists.set(`${list.part}:${list.name}`, list);
    return list.name;
  }
}

const hashOf = (principals: readonly Principal[]): string =>
  createHash("sha256")
    .update([...principals].sort().join("\n"))
    .digest("base64url")
    .slice(0, 22);
