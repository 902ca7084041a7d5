import { documents } from "./salesforce-documents.ts";
import type { SharingCase } from "./sharing-case.ts";

// Implicit access between accounts and children: facts that do not grant it, and facts that grant it without AccountShare.

const roles = { chief: {}, sellers: { parent: "chief", opportunity: "Read" }, others: {} } as const;
const acme = { object: "Account", owner: "rep" } as const;
const deal = { object: "Opportunity", owner: "other", account: "acme" } as const;
const acmeRow = { on: "acme", to: "rep", cause: "Owner", level: "All", opportunity: "Read" } as const;
const parentRow = { on: "acme", to: "other", cause: "ImplicitParent", level: "Read" } as const;
const dealRow = { on: "deal", to: "other", cause: "Owner", level: "All" } as const;
const people = { head: { role: "chief" }, rep: { role: "sellers" }, other: { role: "others" } };

export const accountLimitCases: readonly SharingCase[] = [
  {
    title: "View All on accounts does not open opportunities, View All on opportunities does not open accounts",
    sources: [documents.implicitSharing, documents.viewAllRecords],
    facts: {
      permissionSets: {
        accounts: { objects: { Account: ["Read", "ViewAll"], Opportunity: ["Read"] } },
        opportunities: { objects: { Account: ["Read"], Opportunity: ["Read", "ViewAll"] } },
      },
      roles,
      users: { ...people, accountViewer: { profile: "accounts" }, dealViewer: { profile: "opportunities" } },
      records: { acme, deal },
    },
    shareTable: [acmeRow, parentRow, dealRow],
    answers: {
      acme: { read: ["rep", "head", "other", "accountViewer"], none: ["dealViewer"] },
      deal: { read: ["other", "rep", "head", "dealViewer"], none: ["accountViewer"] },
    },
  },
  {
    title: "without Read on accounts, the owner of a child does not read the account",
    sources: [documents.objectPermissions, documents.implicitSharing],
    unconfirmed: true,
    note: "Salesforce may refuse Read on a child without Read on accounts. Chosen: deny.",
    computationOnly: true,
    facts: {
      permissionSets: { casesOnly: { objects: { Case: ["Read"] } } },
      roles,
      users: { rep: { role: "sellers" }, other: { role: "others", profile: "casesOnly" } },
      records: { acme, ticket: { object: "Case", owner: "other", account: "acme" } },
    },
    shareTable: [acmeRow, parentRow, { on: "ticket", to: "other", cause: "Owner", level: "All" }],
    answers: { acme: { read: ["rep"], none: ["other"] }, ticket: { read: ["other"], none: ["rep"] } },
  },
  {
    title: "children of accounts without a share table follow the account owner's role",
    sources: [documents.databaseArchitecture, documents.implicitSharing, documents.userRole],
    facts: {
      roles,
      users: { ...people, colleague: {} },
      defaults: { Account: "ReadWrite" },
      records: { acme, deal, ticket: { object: "Case", owner: "other", account: "acme" } },
    },
    shareTable: [dealRow, { on: "ticket", to: "other", cause: "Owner", level: "All" }],
    answers: {
      acme: { read: ["rep", "head", "other", "colleague"] },
      deal: { read: ["other", "rep", "head"], none: ["colleague"] },
      ticket: { read: ["other"], none: ["rep", "head", "colleague"] },
    },
  },
  {
    title: "a parent account and its child accounts give each other nothing",
    sources: [documents.implicitSharing],
    facts: {
      roles: { sellers: {}, others: {} },
      users: { rep: { role: "sellers" }, other: { role: "others" } },
      records: { acme, acmeWest: { object: "Account", owner: "other", account: "acme" } },
    },
    shareTable: [
      { on: "acme", to: "rep", cause: "Owner", level: "All" },
      { on: "acmeWest", to: "other", cause: "Owner", level: "All" },
    ],
    answers: { acme: { read: ["rep"], none: ["other"] }, acmeWest: { read: ["other"], none: ["rep"] } },
  },
  {
    title: "a custom object that looks up an account gives no access to the account, nor the account to it",
    sources: [documents.implicitSharing],
    facts: {
      roles,
      users: people,
      records: { acme, apollo: { object: "Project__c", owner: "other", account: "acme" } },
    },
    shareTable: [acmeRow, { on: "apollo", to: "other", cause: "Owner", level: "All" }],
    answers: {
      acme: { read: ["rep", "head"], none: ["other"] },
      apollo: { read: ["other"], none: ["rep", "head"] },
    },
  },
  {
    title: "levels of an account share do not open contacts that are controlled by their account any wider",
    sources: [documents.accountShare, documents.implicitSharing, documents.contactSharing],
    facts: {
      roles,
      users: { ...people, helper: {}, outsider: {} },
      defaults: { Contact: "ControlledByParent" },
      records: { acme, jane: { object: "Contact", owner: "rep", account: "acme" } },
      sharing: [{ on: "acme", to: "helper", cause: "Rule", level: "Read", opportunity: "Read" }],
    },
    shareTable: [acmeRow, { on: "acme", to: "helper", cause: "Rule", level: "Read", opportunity: "Read" }],
    answers: {
      acme: { read: ["rep", "head", "helper"], none: ["other", "outsider"] },
      jane: { read: ["rep", "head", "helper"], none: ["other", "outsider"] },
    },
  },
];
