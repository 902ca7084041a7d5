import { documents } from "./salesforce-documents.ts";
import type { SharingCase } from "./sharing-case.ts";

const roles = { sales: {}, reps: { parent: "sales" } };
const people = { manager: { role: "sales" }, rep: { role: "reps" }, peer: { role: "reps" }, owner: {} };
const lead = { object: "Lead", owner: "owner" } as const;
const ownerRow = { on: "lead", to: "owner", cause: "Owner", level: "All" } as const;

const sharedTo = (to: string) => ({ on: "lead", to, cause: "Rule", level: "Read" }) as const;

export const groupCases: readonly SharingCase[] = [
  {
    title: "a public group that includes bosses shares with its members and the users above them",
    sources: [documents.group, documents.toolingGroup, documents.groupMember],
    facts: {
      roles,
      users: people,
      groups: { team: { type: "Regular", members: ["rep"], includesBosses: true } },
      records: { lead },
      sharing: [sharedTo("team")],
    },
    shareTable: [ownerRow, sharedTo("team")],
    answers: { lead: { read: ["owner", "rep", "manager"], none: ["peer"] } },
  },
  {
    title: "a public group that does not include bosses shares with its members only",
    sources: [documents.group, documents.toolingGroup],
    facts: {
      roles,
      users: people,
      groups: { team: { type: "Regular", members: ["rep"], includesBosses: false } },
      records: { lead },
      sharing: [sharedTo("team")],
    },
    shareTable: [ownerRow, sharedTo("team")],
    answers: { lead: { read: ["owner", "rep"], none: ["manager", "peer"] } },
  },
  {
    title: "a group that includes bosses does not share upwards on an object without hierarchies",
    sources: [documents.defaultSharing, documents.queues],
    facts: {
      roles,
      users: people,
      withoutHierarchies: ["Project__c"],
      groups: { team: { type: "Regular", members: ["rep"], includesBosses: true } },
      records: { apollo: { object: "Project__c", owner: "owner" } },
      sharing: [{ on: "apollo", to: "team", cause: "Rule", level: "Read" }],
    },
    shareTable: [
      { on: "apollo", to: "owner", cause: "Owner", level: "All" },
      { on: "apollo", to: "team", cause: "Rule", level: "Read" },
    ],
    answers: { apollo: { read: ["owner", "rep"], none: ["manager", "peer"] } },
  },
  {
    title: "members of a nested group are members of the outer group",
    sources: [documents.groupMember],
    facts: {
      roles,
      users: people,
      groups: {
        outer: { type: "Regular", members: ["middle"], includesBosses: false },
        middle: { type: "Regular", members: ["inner"], includesBosses: false },
        inner: { type: "Regular", members: ["rep"], includesBosses: false },
      },
      records: { lead },
      sharing: [sharedTo("outer")],
    },
    shareTable: [ownerRow, sharedTo("outer")],
    answers: { lead: { read: ["owner", "rep"], none: ["manager", "peer"] } },
  },
  {
    title: "superiors of a nested member gain access if every group on the way includes bosses",
    sources: [documents.group, documents.groupMember],
    facts: {
      roles,
      users: people,
      groups: {
        outer: { type: "Regular", members: ["inner"], includesBosses: true },
        inner: { type: "Regular", members: ["rep"], includesBosses: true },
      },
      records: { lead },
      sharing: [sharedTo("outer")],
    },
    shareTable: [ownerRow, sharedTo("outer")],
    answers: { lead: { read: ["owner", "rep", "manager"], none: ["peer"] } },
  },
  {
    title: "superiors of a nested member gain nothing if the outer group does not include bosses",
    sources: [documents.group, documents.groupMember],
    unconfirmed: true,
    note: "The documents do not say how the flags of nested groups combine. Chosen: deny, because the shared group's flag is off.",
    facts: {
      roles,
      users: people,
      groups: {
        outer: { type: "Regular", members: ["inner"], includesBosses: false },
        inner: { type: "Regular", members: ["rep"], includesBosses: true },
      },
      records: { lead },
      sharing: [sharedTo("outer")],
    },
    shareTable: [ownerRow, sharedTo("outer")],
    answers: { lead: { read: ["owner", "rep"], none: ["manager", "peer"] } },
  },
  {
    title: "superiors of a nested member gain nothing if the inner group does not include bosses",
    sources: [documents.group, documents.groupMember],
    unconfirmed: true,
    note: "The documents do not say how the flags of nested groups combine. Chosen: deny, because the member's own group excludes bosses.",
    facts: {
      roles,
      users: people,
      groups: {
        outer: { type: "Regular", members: ["inner"], includesBosses: true },
        inner: { type: "Regular", members: ["rep"], includesBosses: false },
      },
      records: { lead },
      sharing: [sharedTo("outer")],
    },
    shareTable: [ownerRow, sharedTo("outer")],
    answers: { lead: { read: ["owner", "rep"], none: ["manager", "peer"] } },
  },
  {
    title: "a role in a public group without bosses brings its users and not the roles above",
    sources: [documents.group, documents.toolingGroup],
    facts: {
      roles,
      users: people,
      groups: { team: { type: "Regular", members: ["Role:reps"], includesBosses: false } },
      records: { lead },
      sharing: [sharedTo("team")],
    },
    shareTable: [ownerRow, sharedTo("team")],
    answers: { lead: { read: ["owner", "rep", "peer"], none: ["manager"] } },
  },
  {
    title: "a role in a public group with bosses brings its users and the roles above",
    sources: [documents.group, documents.groupMember],
    facts: {
      roles,
      users: { ...people, outsider: {} },
      groups: { team: { type: "Regular", members: ["Role:reps"], includesBosses: true } },
      records: { lead },
      sharing: [sharedTo("team")],
    },
    shareTable: [ownerRow, sharedTo("team")],
    answers: { lead: { read: ["owner", "rep", "peer", "manager"], none: ["outsider"] } },
  },
  {
    title: "a role with its subordinates in a public group brings the users of every role below",
    sources: [documents.group],
    facts: {
      roles: { chief: {}, sales: { parent: "chief" }, reps: { parent: "sales" } },
      users: { ...people, head: { role: "chief" } },
      groups: { team: { type: "Regular", members: ["RoleAndSubordinates:sales"], includesBosses: false } },
      records: { lead },
      sharing: [sharedTo("team")],
    },
    shareTable: [ownerRow, sharedTo("team")],
    answers: { lead: { read: ["owner", "manager", "rep", "peer"], none: ["head"] } },
  },
];
