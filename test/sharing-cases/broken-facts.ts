import { documents } from "./salesforce-documents.ts";
import type { SharingCase } from "./sharing-case.ts";

// Facts that Salesforce refuses, or that change while they are read. They must neither extend access nor end the computation.

const lead = { object: "Lead", owner: "owner" } as const;
const leadRow = { on: "lead", to: "owner", cause: "Owner", level: "All" } as const;
const sharedTo = (to: string) => ({ on: "lead", to, cause: "Rule", level: "Read" }) as const;

const broken = {
  unconfirmed: true,
  note: "Salesforce does not hold such facts, so no document says what they grant. Chosen: nothing beyond what is sure.",
  computationOnly: true,
} as const;

export const brokenFactCases: readonly SharingCase[] = [
  {
    title: "groups that contain each other hold the members of all of them",
    sources: [documents.groupMember],
    ...broken,
    facts: {
      users: { owner: {}, first: {}, second: {}, outsider: {} },
      groups: {
        left: { type: "Regular", members: ["first", "right"], includesBosses: false },
        right: { type: "Regular", members: ["second", "left"], includesBosses: false },
        self: { type: "Regular", members: ["self"], includesBosses: true },
      },
      records: { lead },
      sharing: [sharedTo("left"), sharedTo("self")],
    },
    shareTable: [leadRow, sharedTo("left"), sharedTo("self")],
    answers: { lead: { read: ["owner", "first", "second"], none: ["outsider"] } },
  },
  {
    title: "roles in a circle have no roles above them",
    sources: [documents.userRole],
    ...broken,
    facts: {
      roles: { egg: { parent: "hen" }, hen: { parent: "egg" } },
      users: { owner: { role: "egg" }, peer: { role: "egg" }, other: { role: "hen" } },
      records: { lead },
    },
    shareTable: [leadRow],
    answers: { lead: { read: ["owner"], none: ["peer", "other"] } },
  },
  {
    title: "a role whose parent is missing ends the line",
    sources: [documents.userRole],
    ...broken,
    facts: {
      roles: { chief: {}, sales: { parent: "deleted:vice" }, reps: { parent: "sales" } },
      users: { owner: { role: "reps" }, manager: { role: "sales" }, head: { role: "chief" } },
      records: { lead },
    },
    shareTable: [leadRow],
    answers: { lead: { read: ["owner", "manager"], none: ["head"] } },
  },
  {
    title: "a user whose role is missing has no superiors and no subordinates",
    sources: [documents.userRole],
    ...broken,
    facts: {
      roles: { chief: {} },
      users: { owner: { role: "deleted:reps" }, head: { role: "chief" } },
      records: { lead, plan: { object: "Lead", owner: "head" } },
    },
    shareTable: [leadRow, { on: "plan", to: "head", cause: "Owner", level: "All" }],
    answers: { lead: { read: ["owner"], none: ["head"] }, plan: { read: ["head"], none: ["owner"] } },
  },
  {
    title: "a share row of a deleted group or user opens nothing",
    sources: [documents.group],
    ...broken,
    facts: {
      users: { owner: {}, colleague: {} },
      records: { lead },
      sharing: [sharedTo("deleted:team"), sharedTo("deleted:person")],
    },
    shareTable: [leadRow, sharedTo("deleted:team"), sharedTo("deleted:person")],
    answers: { lead: { read: ["owner"], none: ["colleague"] } },
  },
  {
    title: "a group keeps its members beside a member that no longer exists",
    sources: [documents.groupMember],
    ...broken,
    facts: {
      users: { owner: {}, colleague: {}, outsider: {} },
      groups: { team: { type: "Regular", members: ["deleted:crew", "colleague"], includesBosses: false } },
      records: { lead },
      sharing: [sharedTo("team")],
    },
    shareTable: [leadRow, sharedTo("team")],
    answers: { lead: { read: ["owner", "colleague"], none: ["outsider"] } },
  },
  {
    title: "a personal group and a group of an unknown type open nothing",
    sources: [documents.group],
    unconfirmed: true,
    note: "The API does not show personal groups. Chosen: deny, and report.",
    computationOnly: true,
    facts: {
      users: { owner: {}, friend: {} },
      groups: {
        friends: { type: "Personal", members: ["friend"], includesBosses: false },
        riddle: { type: "NotAType", members: ["friend"], includesBosses: true },
      },
      records: { lead },
      sharing: [sharedTo("friends"), sharedTo("riddle")],
    },
    shareTable: [leadRow, sharedTo("friends"), sharedTo("riddle")],
    answers: { lead: { read: ["owner"], none: ["friend"] } },
  },
  {
    title: "a share row whose level is none, empty or unknown opens nothing",
    sources: [documents.sharingRows],
    ...broken,
    facts: {
      users: { owner: {}, none: {}, empty: {}, unknown: {}, reader: {} },
      records: { lead },
      sharing: [
        { on: "lead", to: "none", cause: "Manual", level: "None" },
        { on: "lead", to: "empty", cause: "Manual", level: "" },
        { on: "lead", to: "unknown", cause: "Manual", level: "NotALevel" },
        { on: "lead", to: "reader", cause: "Manual", level: "Read" },
      ],
    },
    shareTable: [
      leadRow,
      { on: "lead", to: "none", cause: "Manual", level: "None" },
      { on: "lead", to: "empty", cause: "Manual", level: "" },
      { on: "lead", to: "unknown", cause: "Manual", level: "NotALevel" },
      { on: "lead", to: "reader", cause: "Manual", level: "Read" },
    ],
    answers: { lead: { read: ["owner", "reader"], none: ["none", "empty", "unknown"] } },
  },
  {
    title: "an account share whose own level is unknown opens neither the account nor its children",
    sources: [documents.accountShare],
    ...broken,
    facts: {
      roles: { sellers: {} },
      users: { owner: { role: "sellers" }, helper: {} },
      records: {
        acme: { object: "Account", owner: "owner" },
        deal: { object: "Opportunity", owner: "owner", account: "acme" },
      },
      sharing: [{ on: "acme", to: "helper", cause: "Manual", level: "NotALevel", opportunity: "Edit" }],
    },
    shareTable: [
      { on: "acme", to: "owner", cause: "Owner", level: "All" },
      { on: "acme", to: "helper", cause: "Manual", level: "NotALevel", opportunity: "Edit" },
      { on: "deal", to: "owner", cause: "Owner", level: "All" },
    ],
    answers: { acme: { read: ["owner"], none: ["helper"] }, deal: { read: ["owner"], none: ["helper"] } },
  },
  {
    title: "the owner comes from the record, with or without an owner row",
    sources: [documents.sharingRows, documents.accountShare],
    note: "Rows of several causes may be merged, so the share table does not name the owner reliably.",
    computationOnly: true,
    facts: {
      roles: { chief: {}, sellers: { parent: "chief", opportunity: "Read" }, others: {} },
      users: { owner: { role: "sellers" }, head: { role: "chief" }, other: { role: "others" } },
      records: {
        lead,
        acme: { object: "Account", owner: "owner" },
        deal: { object: "Opportunity", owner: "other", account: "acme" },
      },
    },
    shareTable: [
      { on: "acme", to: "owner", cause: "Manual", level: "All", opportunity: "Read" },
      { on: "acme", to: "other", cause: "ImplicitParent", level: "Read" },
    ],
    answers: {
      lead: { read: ["owner", "head"], none: ["other"] },
      acme: { read: ["owner", "head", "other"] },
      deal: { read: ["other", "owner", "head"] },
    },
  },
  {
    title: "a detail whose master is missing is read by View All on the detail only",
    sources: [documents.databaseArchitecture],
    ...broken,
    facts: {
      permissionSets: {
        viewer: { objects: { Project__c: ["Read"], Account: ["Read"], Milestone__c: ["Read", "ViewAll"] } },
      },
      users: { owner: {}, viewer: { profile: "viewer" }, colleague: {} },
      defaults: { Account: ["Read", "Private"] },
      records: {
        acme: { object: "Account", owner: "owner" },
        milestone: { object: "Milestone__c", masters: ["deleted:apollo", "acme"] },
      },
    },
    shareTable: [{ on: "acme", to: "owner", cause: "Owner", level: "All" }],
    answers: {
      acme: { read: ["owner", "viewer", "colleague"] },
      milestone: { read: ["viewer"], none: ["owner", "colleague"] },
    },
  },
  {
    title: "a contact whose account is missing stays with its owner and View All",
    sources: [documents.privateContacts],
    ...broken,
    facts: {
      permissionSets: { viewer: { objects: { Account: ["Read"], Contact: ["Read", "ViewAll"] } } },
      roles: { sales: {}, reps: { parent: "sales" } },
      users: { owner: { role: "reps" }, manager: { role: "sales" }, viewer: { profile: "viewer" } },
      defaults: { Account: ["Read", "Private"], Contact: ["Read", "Private"] },
      records: { jane: { object: "Contact", owner: "owner", account: "deleted:acme" } },
    },
    shareTable: [{ on: "jane", to: "owner", cause: "Owner", level: "All" }],
    answers: { jane: { read: ["owner", "viewer"], none: ["manager"] } },
  },
  {
    title: "accounts that are each other's parent give each other nothing",
    sources: [documents.implicitSharing],
    ...broken,
    facts: {
      roles: { sellers: {}, others: {} },
      users: { owner: { role: "sellers" }, other: { role: "others" } },
      records: {
        acme: { object: "Account", owner: "owner", account: "zenith" },
        zenith: { object: "Account", owner: "other", account: "acme" },
      },
    },
    shareTable: [
      { on: "acme", to: "owner", cause: "Owner", level: "All" },
      { on: "zenith", to: "other", cause: "Owner", level: "All" },
    ],
    answers: { acme: { read: ["owner"], none: ["other"] }, zenith: { read: ["other"], none: ["owner"] } },
  },
  {
    title: "territories that are each other's parent admit their own users and no others",
    sources: [documents.territory],
    ...broken,
    facts: {
      users: { owner: {}, westRep: {}, eastRep: {} },
      territories: {
        west: { parent: "east", level: "Read", users: ["westRep"] },
        east: { parent: "west", level: "Read", users: ["eastRep"] },
      },
      records: { lead },
      sharing: [sharedTo("Territory:west")],
    },
    shareTable: [leadRow, sharedTo("Territory:west")],
    answers: { lead: { read: ["owner", "westRep"], none: ["eastRep"] } },
  },
  {
    title: "the managers group of a user in a circle of managers does not hold that user",
    sources: [documents.managerGroups],
    ...broken,
    facts: {
      users: { owner: {}, one: { manager: "two" }, two: { manager: "one" } },
      records: { lead },
      sharing: [sharedTo("Manager:one")],
    },
    shareTable: [leadRow, sharedTo("Manager:one")],
    answers: { lead: { read: ["owner", "two"], none: ["one"] } },
  },
  {
    title: "a record whose owner no longer exists is read through its share rows and View All",
    sources: [documents.sharingRows, documents.viewAndModifyAll],
    ...broken,
    facts: {
      permissionSets: { viewer: { objects: { Lead: ["Read", "ViewAll"] } } },
      users: { sharee: {}, viewer: { profile: "viewer" }, outsider: {} },
      records: { lead: { object: "Lead", owner: "deleted:owner" } },
      sharing: [sharedTo("sharee")],
    },
    shareTable: [sharedTo("sharee")],
    answers: { lead: { read: ["sharee", "viewer"], none: ["outsider"] } },
  },
];
