import type { ObjectDefinition } from "./object-definition.ts";

interface View {
  /** The objects whose records the rows are, and the SQL of the number of a row in the view for a row `s` of the object. */
  readonly records: ReadonlyMap<string, string>;
  /** Further objects that the rows depend on. */
  readonly lookups: readonly string[];
}

/** Tasks and events have even and odd numbers (related-list-views.ts). */
const activities: View = {
  records: new Map([
    ["Task", `s."_row" * 2`],
    ["Event", `s."_row" * 2 + 1`],
  ]),
  lookups: ["Contact", "Opportunity"],
};

/** The objects without rows of their own. */
const views: ReadonlyMap<string, View> = new Map([
  ["CaseFeed", { records: new Map([["FeedItem", `s."_row"`]]), lookups: [] }],
  ["ActivityHistory", activities],
  ["OpenActivity", activities],
  [
    "AttachedContentDocument",
    { records: new Map([["ContentDocumentLink", `s."_row"`]]), lookups: ["ContentDocument"] },
  ],
]);

export function isView({ name }: Pick<ObjectDefinition, "name">): boolean {
  return views.has(name);
}

/** The objects whose records a view shows, with the SQL of the number of a row in the view for a row `s` of the object; none for other objects. */
export function viewRecords({ name }: ObjectDefinition): ReadonlyMap<string, string> {
  return views.get(name)?.records ?? new Map<string, string>();
}

/** The objects that the rows of a view depend on; none for other objects. */
export function viewSources(object: ObjectDefinition): readonly string[] {
  return [...viewRecords(object).keys(), ...(views.get(object.name)?.lookups ?? [])];
}
