import type { ObjectDefinition } from "../schema/object-definition.ts";

/** "PK Chunking Header": the standard objects that support PK chunking, as far as the simulator has them. */
const standardObjects: ReadonlySet<string> = new Set([
  "Account",
  "AccountTeamMember",
  "Campaign",
  "CampaignMember",
  "Case",
  "CaseComment",
  "Contact",
  "EmailMessage",
  "Event",
  "FeedItem",
  "Lead",
  "ObjectTerritory2Association",
  "Opportunity",
  "OpportunityLineItem",
  "OpportunityTeamMember",
  "Pricebook2",
  "PricebookEntry",
  "Product2",
  "Task",
  "User",
  "UserRole",
]);

/** The share and history objects of these objects support it too. */
export function supportsPkChunking({ name, custom }: ObjectDefinition): boolean {
  return custom || standardObjects.has(name) || /(?:Share|History)$/u.test(name);
}
