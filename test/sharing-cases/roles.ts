import { documents } from "./salesforce-documents.ts";
import type { SharingCase } from "./sharing-case.ts";

const roles = {
  chief: {},
  sales: { parent: "chief" },
  reps: { parent: "sales" },
  support: { parent: "chief" },
};

const people = {
  head: { role: "chief" },
  manager: { role: "sales" },
  rep: { role: "reps" },
  peer: { role: "reps" },
  agent: { role: "support" },
  freelancer: {},
};

export const roleCases: readonly SharingCase[] = [
  {
    title: "users in every role above the owner's role read a private record, peers and other branches do not",
    sources: [documents.roleHierarchy, documents.defaultAccess, documents.accessGrants],
    facts: { roles, users: people, records: { lead: { object: "Lead", owner: "rep" } } },
    shareTable: [{ on: "lead", to: "rep", cause: "Owner", level: "All" }],
    answers: { lead: { read: ["rep", "manager", "head"], none: ["peer", "agent", "freelancer"] } },
  },
  {
    title: "users below the owner's role do not read a private record",
    sources: [documents.roleHierarchy, documents.defaultAccess],
    facts: { roles, users: people, records: { lead: { object: "Lead", owner: "manager" } } },
    shareTable: [{ on: "lead", to: "manager", cause: "Owner", level: "All" }],
    answers: { lead: { read: ["manager", "head"], none: ["rep", "peer", "agent", "freelancer"] } },
  },
  {
    title: "an owner without a role has no superiors, not even at the top of the hierarchy",
    sources: [documents.roleGuidelines, documents.roleHierarchy],
    facts: { roles, users: people, records: { lead: { object: "Lead", owner: "freelancer" } } },
    shareTable: [{ on: "lead", to: "freelancer", cause: "Owner", level: "All" }],
    answers: { lead: { read: ["freelancer"], none: ["head", "manager", "rep", "peer", "agent"] } },
  },
  {
    title: "the manager field of a user grants nothing by itself",
    sources: [documents.managerGroups, documents.roleHierarchy],
    facts: {
      users: { boss: {}, clerk: { manager: "boss" } },
      records: { lead: { object: "Lead", owner: "clerk" } },
    },
    shareTable: [{ on: "lead", to: "clerk", cause: "Owner", level: "All" }],
    answers: { lead: { read: ["clerk"], none: ["boss"] } },
  },
  {
    title: "a custom object without hierarchies shows a record to its owner and not to superiors",
    sources: [documents.roleHierarchy, documents.defaultSharing],
    facts: {
      roles,
      users: people,
      withoutHierarchies: ["Project__c"],
      records: { apollo: { object: "Project__c", owner: "rep" }, lead: { object: "Lead", owner: "rep" } },
    },
    shareTable: [
      { on: "apollo", to: "rep", cause: "Owner", level: "All" },
      { on: "lead", to: "rep", cause: "Owner", level: "All" },
    ],
    answers: {
      apollo: { read: ["rep"], none: ["manager", "head", "peer", "agent", "freelancer"] },
      lead: { read: ["rep", "manager", "head"], none: ["peer", "agent", "freelancer"] },
    },
  },
  {
    title: "records of a custom object whose hierarchy switch is unknown stay hidden from superiors",
    sources: [documents.roleHierarchy, documents.defaultSharing],
    note: "The switch cannot be queried, and is always on for standard objects; the service hides and reports.",
    facts: {
      roles,
      users: people,
      records: { apollo: { object: "Project__c", owner: "rep" }, lead: { object: "Lead", owner: "rep" } },
      unreadable: ["Grant Access Using Hierarchies"],
    },
    shareTable: [
      { on: "apollo", to: "rep", cause: "Owner", level: "All" },
      { on: "lead", to: "rep", cause: "Owner", level: "All" },
    ],
    answers: {
      apollo: { read: ["rep"], hidden: ["manager", "head"], none: ["peer", "agent", "freelancer"] },
      lead: { read: ["rep", "manager", "head"], none: ["peer", "agent", "freelancer"] },
    },
  },
  {
    title: "a share to a user reaches that user and the users above that user's role",
    sources: [documents.roleHierarchy, documents.accessGrants, documents.sharingRows],
    facts: {
      roles,
      users: people,
      records: { lead: { object: "Lead", owner: "agent" } },
      sharing: [{ on: "lead", to: "rep", cause: "Manual", level: "Read" }],
    },
    shareTable: [
      { on: "lead", to: "agent", cause: "Owner", level: "All" },
      { on: "lead", to: "rep", cause: "Manual", level: "Read" },
    ],
    answers: { lead: { read: ["agent", "rep", "manager", "head"], none: ["peer", "freelancer"] } },
  },
  {
    title: "a share to a user of an object without hierarchies does not reach that user's superiors",
    sources: [documents.roleHierarchy, documents.defaultSharing],
    facts: {
      roles,
      users: people,
      withoutHierarchies: ["Project__c"],
      records: { apollo: { object: "Project__c", owner: "agent" } },
      sharing: [{ on: "apollo", to: "rep", cause: "Manual", level: "Edit" }],
    },
    shareTable: [
      { on: "apollo", to: "agent", cause: "Owner", level: "All" },
      { on: "apollo", to: "rep", cause: "Manual", level: "Edit" },
    ],
    answers: { apollo: { read: ["agent", "rep"], none: ["manager", "head", "peer", "freelancer"] } },
  },
  {
    title: "a share to a role reaches the role's users and the roles above, not the roles below",
    sources: [documents.group, documents.roleHierarchy, documents.accessGrants],
    facts: {
      roles,
      users: people,
      records: { lead: { object: "Lead", owner: "freelancer" } },
      sharing: [{ on: "lead", to: "Role:sales", cause: "Rule", level: "Read" }],
    },
    shareTable: [
      { on: "lead", to: "freelancer", cause: "Owner", level: "All" },
      { on: "lead", to: "Role:sales", cause: "Rule", level: "Read" },
    ],
    answers: { lead: { read: ["freelancer", "manager", "head"], none: ["rep", "peer", "agent"] } },
  },
  {
    title: "a share to a role of an object without hierarchies stays with the role's users",
    sources: [documents.defaultSharing, documents.roleHierarchy],
    facts: {
      roles,
      users: people,
      withoutHierarchies: ["Project__c"],
      records: { apollo: { object: "Project__c", owner: "freelancer" } },
      sharing: [{ on: "apollo", to: "Role:sales", cause: "Rule", level: "Read" }],
    },
    shareTable: [
      { on: "apollo", to: "freelancer", cause: "Owner", level: "All" },
      { on: "apollo", to: "Role:sales", cause: "Rule", level: "Read" },
    ],
    answers: { apollo: { read: ["freelancer", "manager"], none: ["head", "rep", "peer", "agent"] } },
  },
  {
    title: "a share to a role and its internal subordinates leaves out portal roles below it",
    sources: [documents.group, documents.partnerRoles],
    facts: {
      roles: {
        ...roles,
        partners: { parent: "sales", portal: { account: "acme", type: "Partner", rank: "Worker" } },
      },
      users: { ...people, partner: { type: "PowerPartner", role: "partners", account: "acme" } },
      records: { acme: { object: "Account", owner: "manager" }, lead: { object: "Lead", owner: "freelancer" } },
      sharing: [{ on: "lead", to: "RoleAndSubordinatesInternal:sales", cause: "Rule", level: "Read" }],
    },
    shareTable: [
      { on: "acme", to: "manager", cause: "Owner", level: "All" },
      { on: "acme", to: "Role:partners", cause: "PortalImplicit", level: "Read" },
      { on: "lead", to: "freelancer", cause: "Owner", level: "All" },
      { on: "lead", to: "RoleAndSubordinatesInternal:sales", cause: "Rule", level: "Read" },
    ],
    answers: {
      acme: { read: ["manager", "head", "partner"], none: ["rep", "peer", "agent", "freelancer"] },
      lead: { read: ["freelancer", "manager", "rep", "peer", "head"], none: ["agent", "partner"] },
    },
  },
  {
    title: "a share to a role and its subordinates includes the portal roles below it",
    sources: [documents.group, documents.partnerRoles],
    facts: {
      roles: {
        ...roles,
        partners: { parent: "sales", portal: { account: "acme", type: "Partner", rank: "Worker" } },
      },
      users: { ...people, partner: { type: "PowerPartner", role: "partners", account: "acme" } },
      records: { acme: { object: "Account", owner: "manager" }, lead: { object: "Lead", owner: "freelancer" } },
      sharing: [{ on: "lead", to: "RoleAndSubordinates:sales", cause: "Rule", level: "Read" }],
    },
    shareTable: [
      { on: "acme", to: "manager", cause: "Owner", level: "All" },
      { on: "acme", to: "Role:partners", cause: "PortalImplicit", level: "Read" },
      { on: "lead", to: "freelancer", cause: "Owner", level: "All" },
      { on: "lead", to: "RoleAndSubordinates:sales", cause: "Rule", level: "Read" },
    ],
    answers: {
      acme: { read: ["manager", "head", "partner"], none: ["rep", "peer", "agent", "freelancer"] },
      lead: { read: ["freelancer", "manager", "rep", "peer", "head", "partner"], none: ["agent"] },
    },
  },
];
