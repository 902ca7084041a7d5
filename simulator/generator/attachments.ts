import { drawStamps, type OrgBuilder } from "./org-builder.ts";
import type { People } from "./people.ts";

const mostRows = 500;

/** Writes attachments and notes on accounts, contacts and cases, as orgs have them that are older than Salesforce Files. */
export function writeAttachments(org: OrgBuilder, people: People): void {
  const random = org.random("attachments");
  const count = Math.max(4, Math.min(mostRows, Math.round(org.counts.accounts / 20)));
  const parents = [
    () => org.table("Account").idAt(random.below(org.counts.accounts)),
    () => org.table("Contact").idAt(random.below(org.counts.contacts)),
    () => org.table("Case").idAt(random.below(org.counts.cases)),
  ];
  for (let index = 0; index < count; index += 1) {
    const owner = random.pick(people.staff).id;
    const shared = { ...drawStamps(random), CreatedById: owner, LastModifiedById: owner, OwnerId: owner };
    const body = Buffer.from(`Attachment ${index} from the time before files, attached${random.below(100_000)}`);
    const id = org.table("Attachment").add({
      ...shared,
      ParentId: parents[index % parents.length]?.() ?? null,
      Name: `scan-${index}.txt`,
      ContentType: "text/plain",
      BodyLength: body.length,
    });
    org.database.run(`INSERT INTO "_blobs" VALUES (?, ?)`, [id, body]);
    org.table("Note").add({
      ...shared,
      // Cases cannot be parents of notes.
      ParentId: parents[index % 2]?.() ?? null,
      Title: `Call of ${new Date(shared.CreatedDate).toISOString().slice(0, 10)}`,
      Body: "The customer asked for a revised quote.",
    });
  }
}
