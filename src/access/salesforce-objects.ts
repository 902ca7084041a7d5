import type { AccessProblems } from "./access-problems.ts";
import { isCustom } from "./restriction-rules.ts";
import type { ObjectFacts } from "./sharing-facts.ts";
import { isControlledByParent } from "./sharing-models.ts";
import { filePart } from "./tokens.ts";

const standardObjects = ["Account", "Contact", "Opportunity", "Lead", "Campaign", "Case"];

/** An object, and the kind of its sharing. */
export interface SalesforceObject {
  readonly name: string;
  readonly prefix: string;
  readonly facts: ObjectFacts;
  /**
   * - `own sharing`: a default, owners and share rows of its own.
   * - `controlled by account`: contacts whose default is "controlled by parent".
   * - `detail`: has one master, `junction`: has two; access follows them.
   * - `view all only`: has no written model, or its masters are not known.
   */
  readonly kind: "own sharing" | "controlled by account" | "detail" | "junction" | "view all only";
  /** The first master first. Accounts are no masters of contacts. */
  readonly masters: readonly SalesforceObject[];
  readonly custom: boolean;
}

/** All objects of the org that documents are made from, and those above them. */
export class SalesforceObjects {
  readonly #objects = new Map<string, SalesforceObject>();
  readonly #problems: AccessProblems;

  constructor(facts: readonly ObjectFacts[], problems: AccessProblems) {
    this.#problems = problems;
    const byName = new Map(facts.map((object) => [object.name, object]));
    const prefixes = Map.groupBy(byName.values(), ({ keyPrefix }) => keyPrefix);
    for (const object of byName.values()) {
      const { name, keyPrefix } = object;
      const usable =
        /^[A-Za-z0-9]{3}$/u.test(keyPrefix) && keyPrefix !== filePart && prefixes.get(keyPrefix)?.length === 1;
      if (usable) continue;
      problems.add("An object has no key prefix of its own: its records stay hidden.", name);
      byName.delete(name);
    }
    for (const name of byName.keys()) this.#define(name, { byName, line: new Set() });
  }

  get(name: string): SalesforceObject | undefined {
    return this.#objects.get(name);
  }

  all(): Iterable<SalesforceObject> {
    return this.#objects.values();
  }

  /** `line` holds the objects that are being defined: details of each other have no top. */
  #define(
    name: string,
    { byName, line }: { byName: ReadonlyMap<string, ObjectFacts>; line: ReadonlySet<string> },
  ): SalesforceObject | undefined {
    const known = this.#objects.get(name);
    const facts = byName.get(name);
    if (known !== undefined || facts === undefined || line.has(name)) return known;
    const below = new Set([...line, name]);
    const masters = isCustom(name) ? facts.masters?.map((master) => this.#define(master, { byName, line: below })) : [];
    const kind = this.#kindOf(facts, masters);
    const object: SalesforceObject = {
      name,
      prefix: facts.keyPrefix,
      facts,
      kind,
      masters: kind === "detail" || kind === "junction" ? (masters ?? []).filter((master) => master !== undefined) : [],
      custom: isCustom(name),
    };
    this.#objects.set(name, object);
    return object;
  }

  #kindOf(
    facts: ObjectFacts,
    masters: readonly (SalesforceObject | undefined)[] | undefined,
  ): SalesforceObject["kind"] {
    const { name, internalSharingModel } = facts;
    if (!isCustom(name)) {
      if (!standardObjects.includes(name)) {
        this.#problems.add(
          "Sharing of an object is not evaluated: only View All Data or Modify All Data opens its records.",
          name,
        );
        return "view all only";
      }
      return name === "Contact" && isControlledByParent(internalSharingModel) ? "controlled by account" : "own sharing";
    }
    const complete = masters?.every((master) => master !== undefined && master.kind !== "view all only") ?? false;
    if (!complete || masters === undefined || masters.length > 2) {
      this.#problems.add("The masters of an object are not known: only View All on it opens its records.", name);
      return "view all only";
    }
    if (masters.length > 0) return masters.length === 1 ? "detail" : "junction";
    if (facts.grantsAccessUsingHierarchies === undefined) {
      this.#problems.add(
        "It is unknown whether an object grants access using hierarchies: superiors do not see its records.",
        name,
      );
    }
    if (!isControlledByParent(internalSharingModel)) return "own sharing";
    this.#problems.add(
      "An object is controlled by a parent that is not known: only View All on it opens its records.",
      name,
    );
    return "view all only";
  }
}

/** The object whose sharing decides about an object: the first one up the line of masters that is no detail of a single master. */
export function topOf(object: SalesforceObject): SalesforceObject {
  const [master] = object.masters;
  return object.kind === "detail" && master !== undefined ? topOf(master) : object;
}

/** Every master, up to the top. */
export function mastersAbove({ masters }: SalesforceObject): SalesforceObject[] {
  return masters.flatMap((master) => [master, ...mastersAbove(master)]);
}

/**
 * The masters whose View All opens a detail, from one of its masters on up: to the first standard object, or to a junction, which has View
 * All of its own masters in what it gives on.
 */
export function mastersWithViewAll(master: SalesforceObject): SalesforceObject[] {
  const [next] = master.masters;
  return master.kind === "detail" && next !== undefined ? [master, ...mastersWithViewAll(next)] : [master];
}
