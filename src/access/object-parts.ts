import type { RestrictionRules } from "./restriction-rules.ts";
import {
  mastersAbove,
  mastersWithViewAll,
  type SalesforceObject,
  type SalesforceObjects,
  topOf,
} from "./salesforce-objects.ts";
import { isControlledByParent, isPublic } from "./sharing-models.ts";
import { filePart } from "./tokens.ts";

/** The object part of tokens, and what a user needs to hold tokens with it. */
export interface ObjectPart {
  readonly name: string;
  /** The object whose documents carry it; none for files. */
  readonly object: string | undefined;
  /** Read on all of these objects is needed. */
  readonly reads: readonly string[];
  /** What `view_all` needs; absent if View All opens nothing by this part. */
  readonly viewAll?: {
    readonly on: string;
    readonly reads: readonly string[];
    /** Only View All Data or Modify All Data count. */
    readonly allDataOnly: boolean;
  };
  /** Only `view_all` is held. */
  readonly viewAllOnly: boolean;
  /** Access by the role hierarchy is known to be on. */
  readonly hierarchies: boolean;
  /** The organization-wide default is public. */
  readonly opens: { readonly internal: boolean; readonly external: boolean };
  /** External users hold tokens, too. */
  readonly admitsExternalUsers: boolean;
  /** Its tokens stand in the fields of the two masters. */
  readonly inMasterFields: boolean;
}

const closed = {
  viewAllOnly: false,
  opens: { internal: false, external: false },
  admitsExternalUsers: true,
  inMasterFields: false,
};

/** Files: no object permission is asked, and neither View All nor the hierarchy counts. */
const files: ObjectPart = { ...closed, name: filePart, object: undefined, reads: [], hierarchies: false };

/** The part of what a record has from its master or account: `{detail}.{master}`. */
export const partFrom = (child: SalesforceObject, parent: SalesforceObject): string =>
  `${child.prefix}.${parent.prefix}`;

/**
 * The part of a record's own principals. Contacts that their accounts control have one of their own, so that tokens from the time before,
 * when share rows opened contacts, are held no longer.
 */
export const ownPartOf = (object: SalesforceObject): string =>
  object.kind === "controlled by account" ? partFrom(object, object) : object.prefix;

/** All object parts of the org by their names. */
export function objectParts(objects: SalesforceObjects, rules: RestrictionRules): Map<string, ObjectPart> {
  const parts = [...objects.all()].flatMap((object) => partsOf(object, { objects, rules }));
  return new Map([files, ...parts].map((part) => [part.name, part]));
}

interface Context {
  readonly objects: SalesforceObjects;
  readonly rules: RestrictionRules;
}

function partsOf(object: SalesforceObject, context: Context): ObjectPart[] {
  switch (object.kind) {
    case "view all only":
      return [{ ...ownPart(object, context), viewAllOnly: true }];
    case "own sharing":
      return [{ ...ownPart(object, context), opens: defaultOf(object, context) }];
    case "controlled by account":
      return [
        { ...ownPart(object, context), viewAllOnly: true },
        withoutViewAll({ ...ownPart(object, context), name: ownPartOf(object) }),
        ...accountPart(object, context),
      ];
    case "detail":
      return [{ ...ownPart(object, context), viewAllOnly: true }, ...masterParts(object, context)];
    case "junction":
      return [ownPart(object, context), ...masterParts(object, context)];
    default:
      return object.kind satisfies never;
  }
}

/** The part stands beside one with `view_all`. */
const withoutViewAll = ({ viewAll: _, ...part }: ObjectPart): ObjectPart => part;

function ownPart(object: SalesforceObject, { rules }: Context): ObjectPart {
  const { name, prefix, kind, custom } = object;
  const above = mastersAbove(object);
  const deciding = kind === "junction" ? object.masters.map(topOf) : [object];
  return {
    ...closed,
    name: prefix,
    object: name,
    reads: [name, ...above.map((master) => master.name)],
    viewAll: { on: name, reads: [name], allDataOnly: kind === "view all only" && !custom },
    viewAllOnly: [object, ...above].some((each) => rules.restricts(each.name)),
    hierarchies: deciding.every(hasHierarchies),
  };
}

/** What a contact has from its account. View All on accounts never counts. */
function accountPart(contact: SalesforceObject, context: Context): ObjectPart[] {
  const account = context.objects.get("Account");
  if (account === undefined) return [];
  return [
    {
      ...closed,
      name: partFrom(contact, account),
      object: contact.name,
      reads: [contact.name],
      viewAllOnly: context.rules.restricts(contact.name) || context.rules.restricts(account.name),
      hierarchies: hasHierarchies(account),
      opens: defaultOf(contact, context),
      admitsExternalUsers: isControlledByParent(contact.facts.externalSharingModel),
    },
  ];
}

/** What a detail has from each of its masters, and the View All of the masters above. */
function masterParts(detail: SalesforceObject, context: Context): ObjectPart[] {
  const { rules } = context;
  const above = mastersAbove(detail);
  const reads = [detail.name, ...above.map(({ name }) => name)];
  const restricted = [detail, ...above].some(({ name }) => rules.restricts(name));
  const parts = new Map<string, ObjectPart>();
  for (const master of detail.masters) {
    const top = topOf(master);
    let passesRules = !rules.restricts(detail.name);
    for (const each of mastersWithViewAll(master)) {
      const name = partFrom(detail, each);
      // If both masters lead to the same object, both ways have to pass.
      const viewAll = passesRules && (!parts.has(name) || parts.get(name)?.viewAll !== undefined);
      parts.set(name, {
        ...closed,
        name,
        object: detail.name,
        reads,
        ...(viewAll && { viewAll: { on: each.name, reads, allDataOnly: false } }),
        viewAllOnly: restricted || each !== top,
        hierarchies: hasHierarchies(top),
        opens: defaultOf(top, context),
        admitsExternalUsers:
          top.kind !== "controlled by account" || isControlledByParent(top.facts.externalSharingModel),
        inMasterFields: detail.kind === "junction",
      });
      passesRules &&= !rules.restricts(each.name);
    }
  }
  return [...parts.values()];
}

/** "Grant Access Using Hierarchies" cannot be switched off for standard objects. */
const hasHierarchies = ({ custom, facts }: SalesforceObject): boolean =>
  !custom || facts.grantsAccessUsingHierarchies === true;

function defaultOf(object: SalesforceObject, { objects }: Pick<Context, "objects">): ObjectPart["opens"] {
  if (object.kind === "controlled by account") {
    const account = objects.get("Account");
    const opens = account === undefined ? closed.opens : defaultOf(account, { objects });
    return {
      internal: opens.internal,
      external: opens.external && isControlledByParent(object.facts.externalSharingModel),
    };
  }
  if (object.kind !== "own sharing") return closed.opens;
  const { internalSharingModel, externalSharingModel } = object.facts;
  return { internal: isPublic(internalSharingModel), external: isPublic(externalSharingModel) };
}
