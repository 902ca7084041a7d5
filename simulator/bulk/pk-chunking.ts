import type { ObjectDefinition } from "../schema/object-definition.ts";

/** The standard objects of the simulator that support PK chunking ("PK Chunking Header"). */
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

/** Share and history objects of the supported objects support PK chunking too. */
export function supportsPkChunking({ name, custom }: ObjectDefinition): boolean {
  return custom || standardObjects.has(name) || /(?:Share|History)$/u.test(name);
}
