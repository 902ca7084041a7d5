import type { ObjectDefinition } from "./object-definition.ts";

/** The objects without rows of their own, and the objects whose rows they show. */
const sources: ReadonlyMap<string, readonly string[]> = new Map([
  ["CaseFeed", ["FeedItem"]],
  ["ActivityHistory", ["Task", "Event", "Contact", "Opportunity"]],
  ["OpenActivity", ["Task", "Event", "Contact", "Opportunity"]],
  ["AttachedContentDocument", ["ContentDocumentLink", "ContentDocument"]],
]);

export function isView({ name }: Pick<ObjectDefinition, "name">): boolean {
  return sources.has(name);
}

/** The objects whose rows a view shows; none for other objects. */
export function viewSources({ name }: ObjectDefinition): readonly string[] {
  return sources.get(name) ?? [];
}
