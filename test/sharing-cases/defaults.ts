import { documents } from "./salesforce-documents.ts";
import type { SharingCase } from "./sharing-case.ts";

const people = {
  owner: {},
  colleague: {},
  partner: { type: "PowerPartner" },
  customer: { type: "CustomerSuccess" },
} as const;

export const defaultCases: readonly SharingCase[] = [
  {
    title: "a private default shows a record to its owner only",
    sources: [documents.defaultAccess],
    facts: { users: people, defaults: { Lead: "Private" }, records: { lead: { object: "Lead", owner: "owner" } } },
    shareTable: [{ on: "lead", to: "owner", cause: "Owner", level: "All" }],
    answers: { lead: { read: ["owner"], none: ["colleague", "partner", "customer"] } },
  },
  {
    title: "a public default for internal users leaves out external users whose default is private",
    sources: [documents.defaultAccess, documents.externalDefaults],
    facts: {
      users: people,
      defaults: { Lead: ["Read", "Private"] },
      records: { lead: { object: "Lead", owner: "owner" } },
    },
    shareTable: [{ on: "lead", to: "owner", cause: "Owner", level: "All" }],
    answers: { lead: { read: ["owner", "colleague"], none: ["partner", "customer"] } },
  },
  {
    title: "a public external default shows records to external users, but not to guests",
    sources: [documents.externalDefaults, documents.guestUsers],
    facts: {
      users: { ...people, visitor: { type: "CspLitePortal" }, guest: { type: "Guest" } },
      defaults: { Lead: "Read" },
      records: { lead: { object: "Lead", owner: "owner" } },
    },
    shareTable: [{ on: "lead", to: "owner", cause: "Owner", level: "All" }],
    answers: { lead: { read: ["owner", "colleague", "partner", "customer", "visitor"], none: ["guest"] } },
  },
  {
    title: "an object that is public read/write for all users has no share table",
    sources: [documents.databaseArchitecture, documents.defaultAccess],
    facts: {
      users: { ...people, guest: { type: "Guest" } },
      defaults: { Project__c: "ReadWrite" },
      records: { apollo: { object: "Project__c", owner: "owner" } },
    },
    answers: { apollo: { read: ["owner", "colleague", "partner", "customer"], none: ["guest"] } },
  },
  {
    title: "a share table exists if only internal users have public read/write",
    sources: [documents.databaseArchitecture, documents.externalDefaults],
    facts: {
      users: people,
      defaults: { Project__c: ["ReadWrite", "Private"] },
      records: { apollo: { object: "Project__c", owner: "owner" } },
      sharing: [{ on: "apollo", to: "partner", cause: "Manual", level: "Read" }],
    },
    shareTable: [
      { on: "apollo", to: "owner", cause: "Owner", level: "All" },
      { on: "apollo", to: "partner", cause: "Manual", level: "Read" },
    ],
    answers: { apollo: { read: ["owner", "colleague", "partner"], none: ["customer"] } },
  },
  {
    title: "public read/write/transfer and public full access are public",
    sources: [documents.defaultAccess],
    facts: {
      users: people,
      defaults: { Lead: ["ReadWriteTransfer", "Private"], Campaign: ["FullAccess", "Private"] },
      records: { lead: { object: "Lead", owner: "owner" }, spring: { object: "Campaign", owner: "owner" } },
    },
    shareTable: [
      { on: "lead", to: "owner", cause: "Owner", level: "All" },
      { on: "spring", to: "owner", cause: "Owner", level: "All" },
    ],
    answers: {
      lead: { read: ["owner", "colleague"], none: ["partner", "customer"] },
      spring: { read: ["owner", "colleague"], none: ["partner", "customer"] },
    },
  },
  {
    title: "the defaults may come in the words of Organization instead of EntityDefinition",
    sources: [documents.defaultAccess],
    computationOnly: true,
    facts: {
      users: people,
      defaults: { Lead: ["Edit", "None"], Campaign: ["None", "None"] },
      records: { lead: { object: "Lead", owner: "owner" }, spring: { object: "Campaign", owner: "owner" } },
    },
    shareTable: [
      { on: "lead", to: "owner", cause: "Owner", level: "All" },
      { on: "spring", to: "owner", cause: "Owner", level: "All" },
    ],
    answers: {
      lead: { read: ["owner", "colleague"], none: ["partner", "customer"] },
      spring: { read: ["owner"], none: ["colleague", "partner", "customer"] },
    },
  },
  {
    title: "an unknown sharing model counts as private",
    sources: [documents.defaultAccess],
    unconfirmed: true,
    note: "No document can define a model that does not exist. Chosen: deny.",
    computationOnly: true,
    facts: {
      users: people,
      defaults: { Lead: "NotAModel", Campaign: ["Read", "NotAModel"] },
      records: { lead: { object: "Lead", owner: "owner" }, spring: { object: "Campaign", owner: "owner" } },
    },
    shareTable: [
      { on: "lead", to: "owner", cause: "Owner", level: "All" },
      { on: "spring", to: "owner", cause: "Owner", level: "All" },
    ],
    answers: {
      lead: { read: ["owner"], none: ["colleague", "partner", "customer"] },
      spring: { read: ["owner", "colleague"], none: ["partner", "customer"] },
    },
  },
];
