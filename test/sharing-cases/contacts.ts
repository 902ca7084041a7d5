import { documents } from "./salesforce-documents.ts";
import type { SharingCase } from "./sharing-case.ts";

const roles = { sales: {}, reps: { parent: "sales" } };
const people = {
  manager: { role: "sales" },
  rep: { role: "reps" },
  colleague: {},
  viewer: { profile: "viewer" },
  auditor: { profile: "auditor" },
};
const permissionSets = {
  viewer: { objects: { Account: ["Read"], Contact: ["Read", "ViewAll"] } },
  auditor: { objects: { Account: ["Read"], Contact: ["Read"] }, system: ["ViewAllData"] },
} as const;
const loner = { object: "Contact", owner: "rep" } as const;
const lonerRow = { on: "loner", to: "rep", cause: "Owner", level: "All" } as const;
const janeRow = { on: "jane", to: "rep", cause: "Owner", level: "All" } as const;
const acmeRow = { on: "acme", to: "rep", cause: "Owner", level: "All" } as const;

const answer = { read: ["rep", "viewer", "auditor"], none: ["manager", "colleague"] };

export const contactCases: readonly SharingCase[] = [
  {
    title: "a contact without an account is read by its owner and View All, even if contacts are public",
    sources: [documents.privateContacts, documents.contactSharing],
    facts: {
      permissionSets,
      roles,
      users: people,
      defaults: { Account: ["Read", "Private"], Contact: ["Read", "Private"] },
      records: {
        acme: { object: "Account", owner: "rep" },
        jane: { object: "Contact", owner: "rep", account: "acme" },
        loner,
      },
    },
    shareTable: [acmeRow, janeRow, lonerRow],
    answers: {
      acme: { read: ["rep", "manager", "colleague", "viewer", "auditor"] },
      jane: { read: ["rep", "manager", "colleague", "viewer", "auditor"] },
      loner: answer,
    },
  },
  {
    title: "a contact without an account is not read by superiors if contacts are private",
    sources: [documents.privateContacts],
    facts: { permissionSets, roles, users: people, records: { loner } },
    shareTable: [lonerRow],
    answers: { loner: answer },
  },
  {
    title: "a contact without an account stays with its owner if contacts are controlled by their parent",
    sources: [documents.privateContacts, documents.contactSharing],
    facts: {
      permissionSets,
      roles,
      users: people,
      defaults: { Contact: "ControlledByParent" },
      records: { loner },
    },
    answers: { loner: answer },
  },
  {
    title: "a share row on a contact without an account opens nothing",
    sources: [documents.privateContacts],
    note: "Sharing rules and manual shares do not apply to such contacts; a row may be left from before the account was cleared.",
    computationOnly: true,
    facts: {
      permissionSets,
      roles,
      users: people,
      records: { loner },
      sharing: [{ on: "loner", to: "colleague", cause: "Rule", level: "Read" }],
    },
    shareTable: [lonerRow, { on: "loner", to: "colleague", cause: "Rule", level: "Read" }],
    answers: { loner: answer },
  },
  {
    title: "a private contact with an account is read by owner, superiors and sharees",
    sources: [documents.contactShare, documents.defaultAccess],
    facts: {
      roles,
      users: { manager: { role: "sales" }, rep: { role: "reps" }, peer: { role: "reps" }, helper: {} },
      records: {
        acme: { object: "Account", owner: "rep" },
        jane: { object: "Contact", owner: "rep", account: "acme" },
      },
      sharing: [{ on: "jane", to: "helper", cause: "Rule", level: "Read" }],
    },
    shareTable: [
      acmeRow,
      { on: "acme", to: "helper", cause: "ImplicitParent", level: "Read" },
      janeRow,
      { on: "jane", to: "helper", cause: "Rule", level: "Read" },
    ],
    answers: {
      acme: { read: ["rep", "manager", "helper"], none: ["peer"] },
      jane: { read: ["rep", "manager", "helper"], none: ["peer"] },
    },
  },
];
