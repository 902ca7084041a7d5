import { documents } from "./salesforce-documents.ts";
import type { SharingCase } from "./sharing-case.ts";

const lead = { object: "Lead", owner: "owner" } as const;
const ownerRow = { on: "lead", to: "owner", cause: "Owner", level: "All" } as const;

const sharedTo = (to: string) => ({ on: "lead", to, cause: "Manual", level: "Read" }) as const;

const chain = {
  owner: {},
  top: {},
  middle: { manager: "top" },
  person: { manager: "middle" },
  report: { manager: "person" },
  trainee: { manager: "report" },
};

const kinds = {
  owner: {},
  colleague: {},
  chatter: { type: "CsnOnly" },
  partner: { type: "PowerPartner" },
  customer: { type: "PowerCustomerSuccess" },
  buyer: { type: "CustomerSuccess" },
  visitor: { type: "CspLitePortal" },
  guest: { type: "Guest" },
} as const;

export const systemGroupCases: readonly SharingCase[] = [
  {
    title: "a managers group holds the direct and indirect managers of a person and not the person",
    sources: [documents.managerGroups, documents.group],
    facts: { users: chain, records: { lead }, sharing: [sharedTo("Manager:person")] },
    shareTable: [ownerRow, sharedTo("Manager:person")],
    answers: { lead: { read: ["owner", "middle", "top"], none: ["person", "report", "trainee"] } },
  },
  {
    title: "a manager subordinates group holds the person and the direct and indirect reports",
    sources: [documents.managerGroups, documents.group],
    facts: { users: chain, records: { lead }, sharing: [sharedTo("ManagerAndSubordinatesInternal:person")] },
    shareTable: [ownerRow, sharedTo("ManagerAndSubordinatesInternal:person")],
    answers: { lead: { read: ["owner", "person", "report", "trainee"], none: ["middle", "top"] } },
  },
  {
    title: "a manager subordinates group holds no external users",
    sources: [documents.managerGroups],
    facts: {
      users: {
        owner: {},
        person: {},
        chatter: { type: "CsnOnly", manager: "person" },
        partner: { type: "PowerPartner", manager: "person" },
      },
      records: { lead },
      sharing: [sharedTo("ManagerAndSubordinatesInternal:person")],
    },
    shareTable: [ownerRow, sharedTo("ManagerAndSubordinatesInternal:person")],
    answers: { lead: { read: ["owner", "person", "chatter"], none: ["partner"] } },
  },
  {
    title: "an inactive manager does not end the chain of managers",
    sources: [documents.managerGroups, documents.deactivateUsers],
    facts: {
      users: { ...chain, middle: { manager: "top", active: false } },
      records: { lead },
      sharing: [sharedTo("Manager:person")],
    },
    shareTable: [ownerRow, sharedTo("Manager:person")],
    answers: { lead: { read: ["owner", "top"], none: ["middle", "person", "report", "trainee"] } },
  },
  {
    title: "roles above the members of a manager group gain nothing",
    sources: [documents.managerGroups],
    unconfirmed: true,
    note: "The documents do not say whether the role hierarchy applies above a manager group. Chosen: deny.",
    facts: {
      roles: { chief: {}, sales: { parent: "chief" } },
      users: { owner: {}, head: { role: "chief" }, boss: { role: "sales" }, person: { manager: "boss" } },
      records: { lead },
      sharing: [sharedTo("Manager:person")],
    },
    shareTable: [ownerRow, sharedTo("Manager:person")],
    answers: { lead: { read: ["owner", "boss"], none: ["head", "person"] } },
  },
  {
    title: "the organization group holds internal users only",
    sources: [documents.group, documents.externalDefaults],
    unconfirmed: true,
    note: "The object page says all users of the org, the metadata name is allInternalUsers. Chosen: deny external users.",
    facts: { users: kinds, records: { lead }, sharing: [sharedTo("Organization")] },
    shareTable: [ownerRow, sharedTo("Organization")],
    answers: {
      lead: { read: ["owner", "colleague", "chatter"], none: ["partner", "customer", "buyer", "visitor", "guest"] },
    },
  },
  {
    title: "the group of all customer portal users holds neither partners nor high-volume users",
    sources: [documents.group, documents.implicitSharing],
    facts: { users: kinds, records: { lead }, sharing: [sharedTo("AllCustomerPortal")] },
    shareTable: [ownerRow, sharedTo("AllCustomerPortal")],
    answers: {
      lead: { read: ["owner", "customer", "buyer"], none: ["colleague", "chatter", "partner", "visitor", "guest"] },
    },
  },
  {
    title: "the group of all partners holds partner users only",
    sources: [documents.group],
    facts: { users: kinds, records: { lead }, sharing: [sharedTo("PRMOrganization")] },
    shareTable: [ownerRow, sharedTo("PRMOrganization")],
    answers: {
      lead: { read: ["owner", "partner"], none: ["colleague", "chatter", "customer", "buyer", "visitor", "guest"] },
    },
  },
];
