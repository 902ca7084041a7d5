import { type Placeholders, drawProse, drawSubject, type Language } from "../content/prose.ts";
import type { Random } from "../core/random.ts";
import { wellKnownIds } from "../schema/well-known-ids.ts";
import { placeholdersOf, type Customers, drawAuthors, drawOwner } from "./accounts.ts";
import type { Groups } from "./groups.ts";
import { drawStamps, lastDay, type OrgBuilder, type Stamps, type Value } from "./org-builder.ts";
import type { People } from "./people.ts";

interface CaseFacts {
  readonly id: string;
  readonly number: string;
  readonly subject: string;
  readonly language: Language;
  readonly stamps: Stamps;
  readonly placeholders: Placeholders;
  readonly contactEmail: string;
  readonly contactName: string;
}

/** The index of the case with the most e-mails. */
const longestCaseIndex = 3;

export function writeCases(
  org: OrgBuilder,
  people: People,
  { customers, groups }: { customers: Customers; groups: Groups },
): void {
  const random = org.random("cases");
  const thread = org.random("emails");
  const talk = org.random("feeds");
  for (let index = 0; index < org.counts.cases; index += 1) {
    const facts = writeCase(org, people, { random, customers, groups, index });
    const emails = index === longestCaseIndex ? org.counts.longestCase : thread.chance(0.25) ? thread.between(1, 4) : 0;
    writeThread(org, people, { random: thread, facts, emails });
    if (talk.chance(0.2)) writeComments(org, people, { random: talk, facts });
    if (talk.chance(0.15)) writeFeed(org, people, { random: talk, facts });
  }
}

interface CaseParts {
  readonly random: Random;
  readonly customers: Customers;
  readonly groups: Groups;
  readonly index: number;
}

function writeCase(org: OrgBuilder, people: People, { random, customers, groups, index }: CaseParts): CaseFacts {
  const table = org.table("Case");
  const contact = random.below(org.counts.contacts);
  const account = customers.accountOfContact[contact] ?? -1;
  const language = customers.languages[account] ?? "en";
  const placeholders = placeholdersOf(random, org, {
    company: customers.accountNames[account] ?? "A visitor",
    language,
  });
  const subject = drawSubject(random, language, placeholders).slice(0, 255);
  const stamps = drawStamps(random);
  const status = random.pick(["New", "Working", "Escalated", "Closed", "Closed", "Closed"]);
  const number = String(index + 1001).padStart(8, "0");
  const id = table.add({
    ...stamps,
    ...drawAuthors(random, people),
    ...customerOf(org, { random, customers, contact }),
    ...stateOf(org, { random, status, stamps }),
    CaseNumber: number,
    ParentId: index > 10 && random.chance(0.05) ? table.idAt(random.below(index)) : null,
    Subject: subject,
    Description: random.maybe(0.95, () => drawProse(random, language, { count: random.between(1, 5), placeholders })),
    OwnerId: random.chance(0.25) ? random.pick(groups.queues) : drawOwner(random, people).id,
    IsDeleted: index > longestCaseIndex && random.chance(0.006) ? 1 : 0,
  });
  return {
    id,
    number,
    subject,
    language,
    stamps,
    placeholders,
    contactEmail: customers.contacts[contact]?.email ?? "visitor@customer.example",
    contactName: customers.contacts[contact]?.name ?? "Visitor",
  };
}

function customerOf(
  org: OrgBuilder,
  { random, customers, contact }: { random: Random; customers: Customers; contact: number },
): Record<string, Value> {
  const account = customers.accountOfContact[contact] ?? -1;
  const facts = customers.contacts[contact];
  return {
    ContactId: account < 0 && random.chance(0.5) ? null : org.table("Contact").idAt(contact),
    AccountId: account < 0 ? null : org.table("Account").idAt(account),
    SuppliedEmail: random.maybe(0.3, () => facts?.email ?? null),
    SuppliedName: random.maybe(0.2, () => facts?.name ?? null),
  };
}

function stateOf(
  org: OrgBuilder,
  { random, status, stamps }: { random: Random; status: string; stamps: Stamps },
): Record<string, Value> {
  return {
    // The fifth and sixth record types belong to cases.
    RecordTypeId: random.maybe(0.6, () => org.table("RecordType").idAt(4 + random.below(2))),
    Status: status,
    ClosedDate: status === "Closed" ? stamps.LastModifiedDate : null,
    IsEscalated: status === "Escalated" ? 1 : 0,
    Type: random.maybe(0.7, () => random.pick(["Mechanical", "Electrical", "Electronic", "Structural", "Other"])),
    Reason: random.maybe(0.5, () => random.pick(["Installation", "Performance", "Breakdown", "Feedback"])),
    Origin: random.pick(["Phone", "Email", "Web"]),
    Priority: random.pick(["High", "Medium", "Medium", "Low"]),
    Product__c: random.maybe(0.4, () => random.pick(["GC1040", "GC3020", "GC5060"])),
    SLAViolation__c: random.maybe(0.3, () => random.pick(["No", "Yes"])),
  };
}

const ourAddress = "support@simulated.example";

interface ThreadParts {
  readonly random: Random;
  readonly facts: CaseFacts;
  readonly emails: number;
}

/** Writes a thread of e-mails with the case number in the subject, in the format of Email-to-Case. */
function writeThread(org: OrgBuilder, people: People, { random, facts, emails }: ThreadParts): void {
  const table = org.table("EmailMessage");
  const span = Math.max(1, lastDay - facts.stamps.CreatedDate);
  for (let index = 0; index < emails; index += 1) {
    const incoming = index % 2 === 0;
    const at = facts.stamps.CreatedDate + Math.floor((span * (index + 1)) / (emails + 1) / 1000) * 1000;
    const text = drawProse(random, facts.language, { count: random.between(1, 4), placeholders: facts.placeholders });
    const subject = `${index === 0 ? "" : "Re: "}${facts.subject} [ref: ${facts.number}]`;
    const body = `${text}\n\n${incoming ? facts.contactName : "Service Desk"}\nCase ${facts.number}, message ${index + 1}`;
    // Incoming e-mails are created by a process of the administrator, outgoing ones by their author.
    const author = incoming ? wellKnownIds.adminUser : (people.staff[index % people.staff.length]?.id ?? null);
    table.add({
      CreatedById: author,
      LastModifiedById: author,
      CreatedDate: at,
      LastModifiedDate: at,
      SystemModstamp: at,
      ParentId: facts.id,
      RelatedToId: facts.id,
      Subject: subject,
      TextBody: body,
      HtmlBody: random.maybe(0.3, () => `<html><body><p>${text}</p><p>Case ${facts.number}</p></body></html>`),
      FromAddress: incoming ? facts.contactEmail : ourAddress,
      FromName: incoming ? facts.contactName : "Service Desk",
      ToAddress: incoming ? ourAddress : facts.contactEmail,
      CcAddress: random.maybe(0.1, () => "archive@simulated.example"),
      Incoming: incoming ? 1 : 0,
      Status: incoming ? "1" : "3",
      MessageDate: at,
      IsExternallyVisible: 1,
      MessageIdentifier: `<${facts.number}.${index}@simulated.example>`,
      ThreadIdentifier: `<${facts.number}@simulated.example>`,
    });
  }
}

interface TalkParts {
  readonly random: Random;
  readonly facts: CaseFacts;
}

function writeComments(org: OrgBuilder, people: People, { random, facts }: TalkParts): void {
  const count = random.between(1, 3);
  for (let index = 0; index < count; index += 1) {
    org.table("CaseComment").add({
      ...drawStamps(random, facts.stamps.CreatedDate),
      ...drawAuthors(random, people),
      ParentId: facts.id,
      IsPublished: random.chance(0.4) ? 1 : 0,
      CommentBody: `${drawProse(random, facts.language, { count: random.between(1, 2), placeholders: facts.placeholders })} (${facts.number})`,
    });
  }
}

function writeFeed(org: OrgBuilder, people: People, { random, facts }: TalkParts): void {
  const stamps = drawStamps(random, facts.stamps.CreatedDate);
  const author = random.pick(people.staff).id;
  const comments = random.between(0, 3);
  const item = org.table("FeedItem").add({
    ...stamps,
    CreatedById: author,
    LastModifiedById: author,
    InsertedById: author,
    ParentId: facts.id,
    Type: random.chance(0.2) ? "TrackedChange" : "TextPost",
    Body: `<p>${drawProse(random, facts.language, { count: 1, placeholders: facts.placeholders })}</p>`,
    IsRichText: 1,
    CommentCount: comments,
    LikeCount: random.below(4),
    Visibility: random.pick(["AllUsers", "InternalUsers"]),
    Status: "Published",
  });
  for (let index = 0; index < comments; index += 1) {
    const commenter = random.pick(people.staff).id;
    org.table("FeedComment").add({
      ...drawStamps(random, stamps.CreatedDate),
      CreatedById: commenter,
      InsertedById: commenter,
      FeedItemId: item,
      ParentId: facts.id,
      CommentBody: drawProse(random, facts.language, { count: 1, placeholders: facts.placeholders }),
      CommentType: "TextComment",
      Status: "Published",
    });
  }
}
