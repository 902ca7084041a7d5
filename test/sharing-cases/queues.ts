import { documents } from "./salesforce-documents.ts";
import type { SharingCase } from "./sharing-case.ts";

const roles = { service: {}, agents: { parent: "service" } };
const people = { manager: { role: "service" }, agent: { role: "agents" }, peer: { role: "agents" }, outsider: {} };
const queueRow = { on: "lead", to: "desk", cause: "Owner", level: "All" } as const;
const lead = { object: "Lead", owner: "desk" } as const;

const queue = (members: readonly string[], includesBosses: boolean) =>
  ({ type: "Queue", members, includesBosses }) as const;

export const queueCases: readonly SharingCase[] = [
  {
    title: "members of a queue read the records that it owns",
    sources: [documents.queues, documents.accessGrants],
    facts: { users: { agent: {}, outsider: {} }, groups: { desk: queue(["agent"], true) }, records: { lead } },
    shareTable: [queueRow],
    answers: { lead: { read: ["agent"], none: ["outsider"] } },
  },
  {
    title: "from API 67 on, a queue that includes bosses shares with its members' superiors",
    sources: [documents.queues, documents.toolingGroup, documents.queueHierarchy],
    facts: { apiVersion: 67, roles, users: people, groups: { desk: queue(["agent"], true) }, records: { lead } },
    shareTable: [queueRow],
    answers: { lead: { read: ["agent", "manager"], none: ["peer", "outsider"] } },
  },
  {
    title: "from API 67 on, a queue that does not include bosses shares with its members only",
    sources: [documents.queues, documents.toolingGroup, documents.queueReleaseNote],
    facts: { apiVersion: 67, roles, users: people, groups: { desk: queue(["agent"], false) }, records: { lead } },
    shareTable: [queueRow],
    answers: { lead: { read: ["agent"], none: ["manager", "peer", "outsider"] } },
  },
  {
    title: "before API 67, superiors of queue members always read what the queue owns",
    sources: [documents.queueReleaseNote],
    note: "The field has no meaning for queues before API 67. The service cannot tell such an org from one whose flag it could not read: it hides and reports.",
    facts: { apiVersion: 66, roles, users: people, groups: { desk: queue(["agent"], false) }, records: { lead } },
    shareTable: [queueRow],
    answers: { lead: { read: ["agent"], hidden: ["manager"], none: ["peer", "outsider"] } },
  },
  {
    title: "a queue that includes bosses does not share upwards on an object without hierarchies",
    sources: [documents.queues],
    facts: {
      roles,
      users: people,
      withoutHierarchies: ["Project__c"],
      groups: { desk: queue(["agent"], true) },
      records: { apollo: { object: "Project__c", owner: "desk" } },
    },
    shareTable: [{ on: "apollo", to: "desk", cause: "Owner", level: "All" }],
    answers: { apollo: { read: ["agent"], none: ["manager", "peer", "outsider"] } },
  },
  {
    title: "roles and public groups in a queue bring their users",
    sources: [documents.queues, documents.groupMember],
    facts: {
      roles,
      users: { ...people, helper: {} },
      groups: {
        desk: queue(["Role:agents", "crew"], false),
        crew: { type: "Regular", members: ["helper"], includesBosses: false },
      },
      records: { lead },
    },
    shareTable: [queueRow],
    answers: { lead: { read: ["agent", "peer", "helper"], none: ["manager", "outsider"] } },
  },
  {
    title: "superiors of a group's members in a queue gain nothing if the group does not include bosses",
    sources: [documents.queues, documents.groupMember],
    unconfirmed: true,
    note: "The documents do not say how the flags of a queue and of a group in it combine. Chosen: deny.",
    facts: {
      roles,
      users: people,
      groups: {
        desk: queue(["crew"], true),
        crew: { type: "Regular", members: ["agent"], includesBosses: false },
      },
      records: { lead },
    },
    shareTable: [queueRow],
    answers: { lead: { read: ["agent"], none: ["manager", "peer", "outsider"] } },
  },
  {
    title: "a record shared to a queue is read by the queue's members",
    sources: [documents.accessGrants, documents.queues],
    facts: {
      roles,
      users: { ...people, owner: {} },
      groups: { desk: queue(["agent"], false) },
      records: { lead: { object: "Lead", owner: "owner" } },
      sharing: [{ on: "lead", to: "desk", cause: "Rule", level: "Read" }],
    },
    shareTable: [
      { on: "lead", to: "owner", cause: "Owner", level: "All" },
      { on: "lead", to: "desk", cause: "Rule", level: "Read" },
    ],
    answers: { lead: { read: ["owner", "agent"], none: ["manager", "peer", "outsider"] } },
  },
  {
    title: "a case of a queue gives the queue read access to the case's account",
    sources: [documents.accountShare, documents.implicitSharing],
    facts: {
      roles: { owners: {} },
      users: { owner: { role: "owners" }, agent: {}, outsider: {} },
      groups: { desk: queue(["agent"], false) },
      records: {
        acme: { object: "Account", owner: "owner" },
        ticket: { object: "Case", owner: "desk", account: "acme" },
      },
    },
    shareTable: [
      { on: "acme", to: "owner", cause: "Owner", level: "All" },
      { on: "acme", to: "desk", cause: "ImplicitParent", level: "Read" },
      { on: "ticket", to: "desk", cause: "Owner", level: "All" },
    ],
    answers: {
      acme: { read: ["owner", "agent"], none: ["outsider"] },
      ticket: { read: ["agent"], none: ["owner", "outsider"] },
    },
  },
];
