import { documents } from "./salesforce-documents.ts";
import type { SharingCase } from "./sharing-case.ts";

const roles = { sales: {}, reps: { parent: "sales" } };

export const userStateCases: readonly SharingCase[] = [
  {
    title: "an inactive user reads nothing, but still owns: superiors keep their access",
    sources: [documents.deactivateUsers, documents.roleHierarchy],
    facts: {
      roles,
      users: { owner: { role: "reps", active: false }, manager: { role: "sales" }, peer: { role: "reps" } },
      records: { lead: { object: "Lead", owner: "owner" } },
    },
    shareTable: [{ on: "lead", to: "owner", cause: "Owner", level: "All" }],
    answers: { lead: { read: ["manager"], none: ["owner", "peer"] } },
  },
  {
    title: "an inactive user with View All Data reads nothing",
    sources: [documents.deactivateUsers],
    facts: {
      permissionSets: { admin: { objects: { Lead: ["Read"] }, system: ["ViewAllData", "ModifyAllData"] } },
      users: { owner: {}, gone: { profile: "admin", active: false }, admin: { profile: "admin" } },
      records: { lead: { object: "Lead", owner: "owner" } },
    },
    shareTable: [{ on: "lead", to: "owner", cause: "Owner", level: "All" }],
    answers: { lead: { read: ["owner", "admin"], none: ["gone"] } },
  },
  {
    title: "deactivation takes a user's manual shares away, from the user's superiors too",
    sources: [documents.deactivateUsers],
    note: "Salesforce deletes the rows some time after the deactivation; until then, superiors keep access.",
    facts: {
      roles,
      users: { owner: {}, sharee: { role: "reps", active: false }, manager: { role: "sales" } },
      records: { lead: { object: "Lead", owner: "owner" } },
      sharing: [{ on: "lead", to: "sharee", cause: "Manual", level: "Read" }],
    },
    shareTable: [{ on: "lead", to: "owner", cause: "Owner", level: "All" }],
    answers: { lead: { read: ["owner"], none: ["sharee", "manager"] } },
  },
  {
    title: "a share row that still names an inactive user reaches the user's superiors and not the user",
    sources: [documents.deactivateUsers, documents.roleHierarchy],
    computationOnly: true,
    facts: {
      roles,
      users: { owner: {}, sharee: { role: "reps", active: false }, manager: { role: "sales" } },
      records: { lead: { object: "Lead", owner: "owner" } },
      sharing: [{ on: "lead", to: "sharee", cause: "Manual", level: "Read" }],
    },
    shareTable: [
      { on: "lead", to: "owner", cause: "Owner", level: "All" },
      { on: "lead", to: "sharee", cause: "Manual", level: "Read" },
    ],
    answers: { lead: { read: ["owner", "manager"], none: ["sharee"] } },
  },
  {
    title: "a frozen user reads nothing, and superiors keep their access",
    sources: [documents.freezeUsers],
    unconfirmed: true,
    note: "A frozen user cannot sign in; what UserRecordAccess says of one is not documented. Chosen: deny.",
    facts: {
      roles,
      users: { owner: { role: "reps", frozen: true }, manager: { role: "sales" }, peer: { role: "reps" } },
      records: { lead: { object: "Lead", owner: "owner" } },
    },
    shareTable: [{ on: "lead", to: "owner", cause: "Owner", level: "All" }],
    answers: { lead: { read: ["manager"], none: ["owner", "peer"] } },
  },
  {
    title: "an active user keeps access if the frozen state cannot be read",
    sources: [documents.freezeUsers],
    note: "The one unread fact that does not hide: the operator may set otherwise.",
    facts: {
      users: { owner: {}, colleague: {}, gone: { active: false } },
      defaults: { Lead: ["Read", "Private"] },
      records: { lead: { object: "Lead", owner: "owner" } },
      unreadable: ["UserLogin"],
    },
    shareTable: [{ on: "lead", to: "owner", cause: "Owner", level: "All" }],
    answers: { lead: { read: ["owner", "colleague"], none: ["gone"] } },
  },
  {
    title: "two users with the same name and e-mail address have access of their own",
    sources: [documents.accessGrants],
    facts: {
      users: {
        first: { displayName: "Ann Lee", email: "ann@acme.example" },
        second: { displayName: "Ann Lee", email: "ann@acme.example" },
      },
      records: { one: { object: "Lead", owner: "first" }, two: { object: "Lead", owner: "second" } },
    },
    shareTable: [
      { on: "one", to: "first", cause: "Owner", level: "All" },
      { on: "two", to: "second", cause: "Owner", level: "All" },
    ],
    answers: { one: { read: ["first"], none: ["second"] }, two: { read: ["second"], none: ["first"] } },
  },
  {
    title: "a user who takes over another user's former e-mail address gains nothing from it",
    sources: [documents.accessGrants],
    note: "Access follows the user's id; no row knows an e-mail address.",
    facts: {
      users: { mover: { email: "new@acme.example" }, heir: { email: "old@acme.example" } },
      records: { lead: { object: "Lead", owner: "mover" } },
    },
    shareTable: [{ on: "lead", to: "mover", cause: "Owner", level: "All" }],
    answers: { lead: { read: ["mover"], none: ["heir"] } },
  },
  {
    title: "system users and users of an unknown type have no identity",
    sources: [documents.userRecordAccess],
    unconfirmed: true,
    note: "No document defines what such users read. Chosen: deny.",
    computationOnly: true,
    facts: {
      users: { owner: {}, robot: { type: "AutomatedProcess" }, stranger: { type: "NotAType" } },
      defaults: { Lead: "Read" },
      records: { lead: { object: "Lead", owner: "owner" }, job: { object: "Lead", owner: "robot" } },
    },
    shareTable: [
      { on: "lead", to: "owner", cause: "Owner", level: "All" },
      { on: "job", to: "robot", cause: "Owner", level: "All" },
    ],
    answers: {
      lead: { read: ["owner"], none: ["robot", "stranger"] },
      job: { read: ["owner"], none: ["robot", "stranger"] },
    },
  },
];
