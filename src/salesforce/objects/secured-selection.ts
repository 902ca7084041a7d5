import { both, type SoqlCondition } from "../soql/soql.ts";
import type { ChildSelection, ObjectSelection, ParentSelection, SeparateChildren } from "./standard-objects.ts";

// With document-level security, a document contains nothing whose readers may be fewer than its own. External users see of a case only
// comments that are published, e-mails that are visible outside and feed items for all users; drafts and tracked changes are left out.

/** The children that a document may contain, and which of them. */
const childConditions: Readonly<Record<string, SoqlCondition>> = {
  CaseComment: { field: "IsPublished", is: true },
  EmailMessage: {
    all: [
      { field: "IsExternallyVisible", is: true },
      // A draft.
      { field: "Status", isNoneOf: ["5"] },
    ],
  },
  CaseFeed: {
    all: [
      { field: "Visibility", isOneOf: ["AllUsers"] },
      { field: "Type", isNoneOf: ["TrackedChange"] },
    ],
  },
};

/**
 * Which children of a parent a document may contain whoever reads it; undefined if readers need to see every record of the child object.
 * Comments on a feed item are visible with it.
 */
export function childCondition(parent: string, child: string): SoqlCondition | "every record" | undefined {
  if (parent === "CaseFeed" && child === "FeedComment") return "every record";
  return parent === "Case" ? childConditions[child] : undefined;
}

/** A selection without what some readers of the record may not see. */
export function securedSelection(selection: ObjectSelection): ObjectSelection {
  return {
    ...selection,
    parents: selection.parents.map(withoutName),
    children: selection.children.flatMap(visibleToReaders),
    separate: selection.separate.flatMap(visibleToReaders),
  };
}

/** Readers of a record may not see the records that it names; all of them may see users. */
function withoutName(parent: ParentSelection): ParentSelection {
  return parent.object === "User"
    ? parent
    : { relationship: parent.relationship, object: parent.object, fields: ["Id"] };
}

function visibleToReaders<Selection extends ChildSelection | SeparateChildren>(child: Selection): Selection[] {
  const condition = childConditions[child.object];
  if (condition === undefined) return [];
  return [{ ...child, where: child.where ? both(child.where, condition) : condition }];
}
