import type { ObjectDefinition } from "../schema/object-definition.ts";
import { shareTableNamed } from "../sharing/share-tables.ts";
import type { RecordAccess } from "./record-access.ts";

const childParents: ReadonlyMap<string, string> = new Map([
  ["AccountTeamMember", "AccountId"],
  ["OpportunityTeamMember", "OpportunityId"],
  ["CaseTeamMember", "ParentId"],
  ["OpportunityLineItem", "OpportunityId"],
]);

/** The field of a child with the record that a user needs more than Read access to, in order to write the child. */
export function writeParentField({ name }: ObjectDefinition): string | undefined {
  return shareTableNamed(name)?.parentField ?? childParents.get(name);
}

/** Records are shared manually by users with full access (Object Reference, "OpportunityShare"). The other children require Edit. */
export function allowsChildWrite({ name }: ObjectDefinition, parentId: string, access: RecordAccess): boolean {
  return access.levelOf(parentId) >= (shareTableNamed(name) === undefined ? 2 : 3);
}
