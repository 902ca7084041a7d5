import { documents } from "./salesforce-documents.ts";
import type { RecordFacts, SharingCase } from "./sharing-case.ts";

const people = { author: {}, rep: {}, partner: { type: "PowerPartner" }, outsider: {} } as const;
const lead = { object: "Lead", owner: "rep" } as const;
const partnerShare = { on: "lead", to: "partner", cause: "Manual", level: "Read" } as const;
const leadRows = [{ on: "lead", to: "rep", cause: "Owner", level: "All" }, partnerShare] as const;
const leadAnswer = { read: ["rep", "partner"], none: ["author", "outsider"] };

const manyLeads = Array.from({ length: 501 }, (_, index) => `lead${index}`);
const forEachLead = <T>(value: (name: string) => T): Record<string, T> =>
  Object.fromEntries(manyLeads.map((name) => [name, value(name)]));

export const fileVisibilityCases: readonly SharingCase[] = [
  {
    title: "external readers of a record read its files for all users, not those for internal users",
    sources: [documents.contentDocumentLink, documents.fileVisibility, documents.whoSeesFiles],
    facts: {
      users: people,
      records: { lead },
      files: {
        offer: { owner: "author", links: [{ to: "lead", visibility: "AllUsers" }] },
        memo: { owner: "author", links: [{ to: "lead", visibility: "InternalUsers" }] },
      },
      sharing: [partnerShare],
    },
    shareTable: leadRows,
    answers: {
      lead: leadAnswer,
      offer: { read: ["author", "rep", "partner"], none: ["outsider"] },
      memo: { read: ["author", "rep"], none: ["partner", "outsider"] },
    },
  },
  {
    title: "a public external default opens a record's files for all users, not those for internal users",
    sources: [documents.contentDocumentLink, documents.externalDefaults],
    facts: {
      users: people,
      defaults: { Lead: "Read" },
      records: { lead },
      files: {
        offer: { owner: "author", links: [{ to: "lead", visibility: "AllUsers" }] },
        memo: { owner: "author", links: [{ to: "lead", visibility: "InternalUsers" }] },
      },
    },
    shareTable: [{ on: "lead", to: "rep", cause: "Owner", level: "All" }],
    answers: {
      lead: { read: ["rep", "partner", "author", "outsider"] },
      offer: { read: ["author", "rep", "partner", "outsider"] },
      memo: { read: ["author", "rep", "outsider"], none: ["partner"] },
    },
  },
  {
    title: "links for all users and for internal users on two records count each for its own record",
    sources: [documents.contentDocumentLink],
    unconfirmed: true,
    note: "The document lets the most visible setting decide for references in a feed, and does not say that this holds across records. Chosen: deny.",
    facts: {
      users: people,
      records: { lead, hidden: { object: "Lead", owner: "rep" } },
      files: {
        memo: { owner: "author", links: [{ to: "lead", visibility: "InternalUsers" }, { to: "hidden" }] },
      },
      sharing: [partnerShare],
    },
    shareTable: [...leadRows, { on: "hidden", to: "rep", cause: "Owner", level: "All" }],
    answers: {
      lead: leadAnswer,
      hidden: { read: ["rep"], none: ["partner", "author", "outsider"] },
      memo: { read: ["author", "rep"], none: ["partner", "outsider"] },
    },
  },
  {
    title: "a link for shared users admits the user whom it names",
    sources: [documents.contentDocumentLink],
    facts: {
      users: people,
      records: {},
      files: { note: { owner: "author", links: [{ to: "rep", visibility: "SharedUsers" }] } },
    },
    answers: { note: { read: ["author", "rep"], none: ["partner", "outsider"] } },
  },
  {
    title: "a link for shared users on a record admits no user",
    sources: [documents.contentDocumentLink],
    unconfirmed: true,
    note: "The document reserves SharedUsers for files shared with users. Chosen: deny.",
    computationOnly: true,
    facts: {
      users: people,
      records: { lead },
      files: { memo: { owner: "author", links: [{ to: "lead", visibility: "SharedUsers" }] } },
      sharing: [partnerShare],
    },
    shareTable: leadRows,
    answers: { lead: leadAnswer, memo: { read: ["author"], none: ["rep", "partner", "outsider"] } },
  },
  {
    title: "a link for internal users to an external user or a library admits no external user",
    sources: [documents.contentDocumentLink],
    unconfirmed: true,
    note: "By the document, AllUsers and InternalUsers do not apply to users, groups and libraries. Chosen: deny.",
    computationOnly: true,
    facts: {
      users: people,
      libraries: { shelf: { members: ["rep", "partner"] } },
      records: {},
      files: {
        note: { owner: "author", links: [{ to: "partner", visibility: "InternalUsers" }] },
        manual: { owner: "author", links: [{ to: "shelf", visibility: "InternalUsers" }] },
      },
    },
    answers: {
      note: { read: ["author"], none: ["rep", "partner", "outsider"] },
      manual: { read: ["author", "rep"], none: ["partner", "outsider"] },
    },
  },
  {
    title: "a link of an unknown visibility admits no user",
    sources: [documents.contentDocumentLink],
    unconfirmed: true,
    note: "No document can define a visibility that does not exist. Chosen: deny.",
    computationOnly: true,
    facts: {
      users: people,
      records: { lead },
      files: { memo: { owner: "author", links: [{ to: "lead", visibility: "NotAVisibility" }] } },
      sharing: [partnerShare],
    },
    shareTable: leadRows,
    answers: { lead: leadAnswer, memo: { read: ["author"], none: ["rep", "partner", "outsider"] } },
  },
  {
    title: "a file on more than 500 records is shown to its owner and to direct shares, and hidden from the rest",
    sources: [documents.whoSeesFiles],
    note: "Salesforce has no such limit; the service reports what it hides.",
    facts: {
      users: { author: {}, friend: {}, rep: {}, outsider: {} },
      records: forEachLead((): RecordFacts => lead),
      files: { brochure: { owner: "author", links: [{ to: "friend" }, ...manyLeads.map((to) => ({ to }))] } },
    },
    shareTable: manyLeads.map((on) => ({ on, to: "rep", cause: "Owner", level: "All" })),
    answers: {
      ...forEachLead(() => ({ read: ["rep"], none: ["author", "friend", "outsider"] })),
      brochure: { read: ["author", "friend"], hidden: ["rep"], none: ["outsider"] },
    },
  },
];
