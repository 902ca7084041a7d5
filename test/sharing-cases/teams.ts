import { documents } from "./salesforce-documents.ts";
import type { SharingCase } from "./sharing-case.ts";

const roles = { sellers: {}, others: {}, desks: {}, agents: { parent: "desks" } };
const people = {
  rep: { role: "sellers" },
  other: { role: "others" },
  agent: { role: "agents" },
  deskHead: { role: "desks" },
  outsider: {},
};
const acme = { object: "Account", owner: "rep" } as const;
const acmeRow = { on: "acme", to: "rep", cause: "Owner", level: "All" } as const;
const parentRow = { on: "acme", to: "other", cause: "ImplicitParent", level: "Read" } as const;
const deal = { object: "Opportunity", owner: "other", account: "acme" } as const;
const ticket = { object: "Case", owner: "other", account: "acme" } as const;
const dealRow = { on: "deal", to: "other", cause: "Owner", level: "All" } as const;
const ticketRow = { on: "ticket", to: "other", cause: "Owner", level: "All" } as const;

export const teamCases: readonly SharingCase[] = [
  {
    title: "an account team member, and those above, read the account and the children that the team names",
    sources: [documents.accountShare, documents.implicitSharing],
    facts: {
      roles,
      users: people,
      records: { acme, deal, ticket },
      teams: [{ on: "acme", user: "agent", level: "Read", case: "Read" }],
    },
    shareTable: [
      acmeRow,
      parentRow,
      { on: "acme", to: "agent", cause: "Team", level: "Read", case: "Read" },
      dealRow,
      ticketRow,
    ],
    answers: {
      acme: { read: ["rep", "other", "agent", "deskHead"], none: ["outsider"] },
      deal: { read: ["other"], none: ["rep", "agent", "deskHead", "outsider"] },
      ticket: { read: ["other", "agent", "deskHead"], none: ["rep", "outsider"] },
    },
  },
  {
    title: "an account team member whose child levels are none reads the account only",
    sources: [documents.accountShare, documents.implicitSharing],
    facts: {
      roles,
      users: people,
      records: { acme, deal, ticket, jane: { object: "Contact", owner: "other", account: "acme" } },
      teams: [{ on: "acme", user: "agent", level: "Edit" }],
    },
    shareTable: [
      acmeRow,
      parentRow,
      { on: "acme", to: "agent", cause: "Team", level: "Edit" },
      dealRow,
      ticketRow,
      { on: "jane", to: "other", cause: "Owner", level: "All" },
    ],
    answers: {
      acme: { read: ["rep", "other", "agent", "deskHead"], none: ["outsider"] },
      deal: { read: ["other"], none: ["rep", "agent", "deskHead", "outsider"] },
      ticket: { read: ["other"], none: ["rep", "agent", "deskHead", "outsider"] },
      jane: { read: ["other"], none: ["rep", "agent", "deskHead", "outsider"] },
    },
  },
  {
    title: "an opportunity team member reads the opportunity and its account, not the account's other children",
    sources: [documents.opportunityShare, documents.implicitSharing],
    facts: {
      roles,
      users: people,
      records: { acme, deal, ticket },
      teams: [{ on: "deal", user: "agent", level: "Edit" }],
    },
    shareTable: [
      acmeRow,
      parentRow,
      { on: "acme", to: "agent", cause: "ImplicitParent", level: "Read" },
      dealRow,
      { on: "deal", to: "agent", cause: "Team", level: "Edit" },
      ticketRow,
    ],
    answers: {
      acme: { read: ["rep", "other", "agent", "deskHead"], none: ["outsider"] },
      deal: { read: ["other", "agent", "deskHead"], none: ["rep", "outsider"] },
      ticket: { read: ["other"], none: ["rep", "agent", "deskHead", "outsider"] },
    },
  },
  {
    title: "a case team member reads the case and its account",
    sources: [documents.caseShare, documents.implicitSharing],
    facts: {
      roles,
      users: people,
      records: { acme, deal, ticket },
      teams: [{ on: "ticket", user: "agent", level: "Read" }],
    },
    shareTable: [
      acmeRow,
      parentRow,
      { on: "acme", to: "agent", cause: "ImplicitParent", level: "Read" },
      dealRow,
      ticketRow,
      { on: "ticket", to: "agent", cause: "Team", level: "Read" },
    ],
    answers: {
      acme: { read: ["rep", "other", "agent", "deskHead"], none: ["outsider"] },
      deal: { read: ["other"], none: ["rep", "agent", "deskHead", "outsider"] },
      ticket: { read: ["other", "agent", "deskHead"], none: ["rep", "outsider"] },
    },
  },
  {
    title: "Apex sharing of a custom object counts as any share row does",
    sources: [documents.apexSharing],
    facts: {
      roles,
      users: people,
      records: { apollo: { object: "Project__c", owner: "rep" } },
      sharing: [{ on: "apollo", to: "agent", cause: "Reviewer__c", level: "Read" }],
    },
    shareTable: [
      { on: "apollo", to: "rep", cause: "Owner", level: "All" },
      { on: "apollo", to: "agent", cause: "Reviewer__c", level: "Read" },
    ],
    answers: { apollo: { read: ["rep", "agent", "deskHead"], none: ["other", "outsider"] } },
  },
];
