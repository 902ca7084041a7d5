import { documents } from "./salesforce-documents.ts";
import type { SharingCase } from "./sharing-case.ts";

const roles = { chief: {}, sellers: { parent: "chief" }, owners: { opportunity: "Edit" } } as const;
const secret = { object: "Opportunity", owner: "rep", isPrivate: true } as const;
const open = { object: "Opportunity", owner: "rep" } as const;
const secretRow = { on: "secret", to: "rep", cause: "Owner", level: "All" } as const;
const openRow = { on: "open", to: "rep", cause: "Owner", level: "All" } as const;

export const opportunityCases: readonly SharingCase[] = [
  {
    title: "a private opportunity ignores the public default; owner, superiors and View All read it",
    sources: [documents.opportunity],
    facts: {
      permissionSets: {
        viewer: { objects: { Account: ["Read"], Opportunity: ["Read", "ViewAll"] } },
        editor: { objects: { Account: ["Read"], Opportunity: ["Read", "ViewAll", "ModifyAll"] } },
        auditor: { objects: { Account: ["Read"], Opportunity: ["Read"] }, system: ["ViewAllData"] },
      },
      roles,
      users: {
        head: { role: "chief" },
        rep: { role: "sellers" },
        peer: { role: "sellers" },
        viewer: { profile: "viewer" },
        editor: { profile: "editor" },
        auditor: { profile: "auditor" },
      },
      defaults: { Account: ["Read", "Private"], Opportunity: ["Read", "Private"] },
      records: { secret, open },
    },
    shareTable: [secretRow, openRow],
    answers: {
      secret: { read: ["rep", "head", "viewer", "editor", "auditor"], none: ["peer"] },
      open: { read: ["rep", "head", "viewer", "editor", "auditor", "peer"] },
    },
  },
  {
    title: "details of a private opportunity are not opened by the public default either",
    sources: [documents.opportunity, documents.databaseArchitecture],
    facts: {
      roles,
      users: { head: { role: "chief" }, rep: { role: "sellers" }, peer: { role: "sellers" } },
      defaults: { Account: ["Read", "Private"], Opportunity: ["Read", "Private"] },
      records: {
        secret,
        open,
        secretNote: { object: "Deal_Note__c", masters: ["secret"] },
        openNote: { object: "Deal_Note__c", masters: ["open"] },
      },
    },
    shareTable: [secretRow, openRow],
    answers: {
      secret: { read: ["rep", "head"], none: ["peer"] },
      open: { read: ["rep", "head", "peer"] },
      secretNote: { read: ["rep", "head"], none: ["peer"] },
      openNote: { read: ["rep", "head", "peer"] },
    },
  },
  {
    title: "the account owner does not read a private opportunity of the account",
    sources: [documents.opportunity, documents.implicitSharing],
    facts: {
      roles,
      users: { accountOwner: { role: "owners" }, rep: { role: "sellers" }, head: { role: "chief" } },
      records: {
        acme: { object: "Account", owner: "accountOwner" },
        secret: { ...secret, account: "acme" },
        open: { ...open, account: "acme" },
      },
    },
    shareTable: [
      { on: "acme", to: "accountOwner", cause: "Owner", level: "All", opportunity: "Edit" },
      { on: "acme", to: "rep", cause: "ImplicitParent", level: "Read" },
      secretRow,
      openRow,
    ],
    answers: {
      acme: { read: ["accountOwner", "rep", "head"] },
      secret: { read: ["rep", "head"], none: ["accountOwner"] },
      open: { read: ["rep", "head", "accountOwner"] },
    },
  },
  {
    title: "an account share that opens opportunities does not open private ones",
    sources: [documents.opportunity, documents.accountShare],
    facts: {
      roles,
      users: { accountOwner: { role: "owners" }, rep: { role: "sellers" }, helper: {} },
      records: {
        acme: { object: "Account", owner: "accountOwner" },
        secret: { ...secret, account: "acme" },
        open: { ...open, account: "acme" },
      },
      sharing: [{ on: "acme", to: "helper", cause: "Rule", level: "Read", opportunity: "Edit" }],
    },
    shareTable: [
      { on: "acme", to: "accountOwner", cause: "Owner", level: "All", opportunity: "Edit" },
      { on: "acme", to: "helper", cause: "Rule", level: "Read", opportunity: "Edit" },
      { on: "acme", to: "rep", cause: "ImplicitParent", level: "Read" },
      secretRow,
      openRow,
    ],
    answers: {
      acme: { read: ["accountOwner", "helper", "rep"] },
      secret: { read: ["rep"], none: ["accountOwner", "helper"] },
      open: { read: ["rep", "accountOwner", "helper"] },
    },
  },
  {
    title: "rows that outlive the private flag open nothing",
    sources: [documents.opportunity],
    note: "Salesforce removes teams and shares when an opportunity becomes private; a row read before that must not count.",
    computationOnly: true,
    facts: {
      roles,
      users: { rep: { role: "sellers" }, head: { role: "chief" }, sharee: {}, teammate: {} },
      records: { secret, open },
      teams: [
        { on: "secret", user: "teammate", level: "Edit" },
        { on: "open", user: "teammate", level: "Edit" },
      ],
      sharing: [
        { on: "secret", to: "sharee", cause: "Manual", level: "Read" },
        { on: "open", to: "sharee", cause: "Manual", level: "Read" },
      ],
    },
    shareTable: [
      secretRow,
      { on: "secret", to: "sharee", cause: "Manual", level: "Read" },
      { on: "secret", to: "teammate", cause: "Team", level: "Edit" },
      openRow,
      { on: "open", to: "sharee", cause: "Manual", level: "Read" },
      { on: "open", to: "teammate", cause: "Team", level: "Edit" },
    ],
    answers: {
      secret: { read: ["rep", "head"], none: ["sharee", "teammate"] },
      open: { read: ["rep", "head", "sharee", "teammate"] },
    },
  },
  {
    title: "a manual share to an opportunity's owner is one row with the owner's",
    sources: [documents.opportunityShare],
    facts: {
      roles,
      users: { rep: { role: "sellers" }, peer: { role: "sellers" }, helper: {} },
      records: { open },
      sharing: [
        { on: "open", to: "rep", cause: "Manual", level: "Read" },
        { on: "open", to: "helper", cause: "Manual", level: "Read" },
      ],
    },
    shareTable: [openRow, { on: "open", to: "helper", cause: "Manual", level: "Read" }],
    answers: { open: { read: ["rep", "helper"], none: ["peer"] } },
  },
];
