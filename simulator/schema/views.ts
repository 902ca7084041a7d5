import type { ObjectDefinition } from "./object-definition.ts";

interface View {
  /** By object, the SQL that maps a row `s` of the object to the number of its row in the view. */
  readonly records: ReadonlyMap<string, string>;
  /** Further objects that the rows depend on. */
  readonly lookups: readonly string[];
}

/** Tasks have even and events odd numbers (related-list-views.ts). */
const activities: View = {
  records: new Map([
    ["Task", `s."_row" * 2`],
    ["Event", `s."_row" * 2 + 1`],
  ]),
  lookups: ["Contact", "Opportunity"],
};

/** Objects whose rows are those of other objects. */
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

/** By source object, the SQL that maps a row `s` to the number of its row in the view. Empty if the object is not a view. */
export function viewRecords({ name }: ObjectDefinition): ReadonlyMap<string, string> {
  return views.get(name)?.records ?? new Map<string, string>();
}

/** The objects that the rows of a view depend on. Empty if the object is not a view. */
export function viewSources(object: ObjectDefinition): readonly string[] {
  return [...viewRecords(object).keys(), ...(views.get(object.name)?.lookups ?? [])];
}
