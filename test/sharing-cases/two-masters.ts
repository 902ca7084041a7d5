import { documents } from "./salesforce-documents.ts";
import type { SharingCase } from "./sharing-case.ts";

const roles = { sellers: {} };
const rep = { role: "sellers" };
const apollo = { object: "Project__c", owner: "planner" } as const;
const acme = { object: "Account", owner: "rep" } as const;
const milestone = { object: "Milestone__c", masters: ["apollo", "acme"] } as const;
const apolloRow = { on: "apollo", to: "planner", cause: "Owner", level: "All" } as const;
const acmeRow = { on: "acme", to: "rep", cause: "Owner", level: "All" } as const;

const shared = (on: string, to: string) => ({ on, to, cause: "Manual", level: "Read" }) as const;

export const twoMasterCases: readonly SharingCase[] = [
  {
    title: "a detail with two masters is read by users who read both",
    sources: [documents.relationships],
    facts: {
      roles,
      users: { planner: {}, rep, both: {}, projectOnly: {}, accountOnly: {}, outsider: {} },
      records: { apollo, acme, milestone },
      sharing: [
        shared("apollo", "both"),
        shared("apollo", "projectOnly"),
        shared("acme", "both"),
        shared("acme", "accountOnly"),
      ],
    },
    shareTable: [
      apolloRow,
      shared("apollo", "both"),
      shared("apollo", "projectOnly"),
      acmeRow,
      shared("acme", "both"),
      shared("acme", "accountOnly"),
    ],
    answers: {
      apollo: { read: ["planner", "both", "projectOnly"], none: ["rep", "accountOnly", "outsider"] },
      acme: { read: ["rep", "both", "accountOnly"], none: ["planner", "projectOnly", "outsider"] },
      milestone: { read: ["both"], none: ["planner", "rep", "projectOnly", "accountOnly", "outsider"] },
    },
  },
  {
    title: "access to the two masters may come in different ways",
    sources: [documents.relationships, documents.roleHierarchy, documents.group],
    facts: {
      roles: { chief: {}, planning: { parent: "chief" }, sellers: {} },
      users: { planner: { role: "planning" }, rep, head: { role: "chief" }, stranger: { role: "chief" } },
      groups: { board: { type: "Regular", members: ["head"], includesBosses: false } },
      records: { apollo, acme, milestone },
      sharing: [{ on: "acme", to: "board", cause: "Rule", level: "Read" }],
    },
    shareTable: [apolloRow, acmeRow, { on: "acme", to: "board", cause: "Rule", level: "Read" }],
    answers: {
      apollo: { read: ["planner", "head", "stranger"], none: ["rep"] },
      acme: { read: ["rep", "head"], none: ["planner", "stranger"] },
      milestone: { read: ["head"], none: ["planner", "rep", "stranger"] },
    },
  },
  {
    title: "a public default of one master leaves the other master to decide, for that kind of user only",
    sources: [documents.relationships, documents.externalDefaults],
    facts: {
      roles,
      users: { planner: {}, rep, accountOnly: {}, outsider: {}, partner: { type: "PowerPartner" } },
      defaults: { Project__c: ["Read", "Private"] },
      records: { apollo, acme, milestone },
      sharing: [shared("acme", "accountOnly"), shared("acme", "partner")],
    },
    shareTable: [apolloRow, acmeRow, shared("acme", "accountOnly"), shared("acme", "partner")],
    answers: {
      apollo: { read: ["planner", "rep", "accountOnly", "outsider"], none: ["partner"] },
      acme: { read: ["rep", "accountOnly", "partner"], none: ["planner", "outsider"] },
      milestone: { read: ["rep", "accountOnly"], none: ["planner", "outsider", "partner"] },
    },
  },
  {
    title: "View All on one master counts for that master only",
    sources: [documents.viewAllRecords, documents.relationships],
    facts: {
      permissionSets: {
        projects: { objects: { Project__c: ["Read", "ViewAll"], Account: ["Read"], Milestone__c: ["Read"] } },
        accounts: { objects: { Project__c: ["Read"], Account: ["Read", "ViewAll"], Milestone__c: ["Read"] } },
        masters: { objects: { Project__c: ["Read", "ViewAll"], Account: ["Read", "ViewAll"], Milestone__c: ["Read"] } },
      },
      roles,
      users: {
        planner: {},
        rep,
        projectViewer: { profile: "projects" },
        projectViewerWithShare: { profile: "projects" },
        accountViewer: { profile: "accounts" },
        accountViewerWithShare: { profile: "accounts" },
        viewer: { profile: "masters" },
      },
      records: { apollo, acme, milestone },
      sharing: [shared("apollo", "accountViewerWithShare"), shared("acme", "projectViewerWithShare")],
    },
    shareTable: [
      apolloRow,
      shared("apollo", "accountViewerWithShare"),
      acmeRow,
      shared("acme", "projectViewerWithShare"),
    ],
    answers: {
      apollo: {
        read: ["planner", "projectViewer", "projectViewerWithShare", "accountViewerWithShare", "viewer"],
        none: ["rep", "accountViewer"],
      },
      acme: {
        read: ["rep", "accountViewer", "accountViewerWithShare", "projectViewerWithShare", "viewer"],
        none: ["planner", "projectViewer"],
      },
      milestone: {
        read: ["projectViewerWithShare", "accountViewerWithShare", "viewer"],
        none: ["planner", "rep", "projectViewer", "accountViewer"],
      },
    },
  },
  {
    title: "View All on a detail with two masters opens it without access to either",
    sources: [documents.viewAndModifyAll, documents.viewAllRecords],
    facts: {
      permissionSets: {
        viewer: { objects: { Project__c: ["Read"], Account: ["Read"], Milestone__c: ["Read", "ViewAll"] } },
      },
      roles,
      users: { planner: {}, rep, viewer: { profile: "viewer" } },
      records: { apollo, acme, milestone },
    },
    shareTable: [apolloRow, acmeRow],
    answers: {
      apollo: { read: ["planner"], none: ["rep", "viewer"] },
      acme: { read: ["rep"], none: ["planner", "viewer"] },
      milestone: { read: ["viewer"], none: ["planner", "rep"] },
    },
  },
  {
    title: "a superior of both owners misses a detail if one master has no hierarchies",
    sources: [documents.relationships, documents.defaultSharing],
    facts: {
      roles: { chief: {}, sellers: { parent: "chief" } },
      users: { planner: { role: "sellers" }, rep, head: { role: "chief" }, helper: {} },
      withoutHierarchies: ["Project__c"],
      records: { apollo, acme, milestone },
      sharing: [shared("apollo", "helper"), shared("acme", "helper")],
    },
    shareTable: [apolloRow, shared("apollo", "helper"), acmeRow, shared("acme", "helper")],
    answers: {
      apollo: { read: ["planner", "helper"], none: ["rep", "head"] },
      acme: { read: ["rep", "head", "helper"], none: ["planner"] },
      milestone: { read: ["helper"], none: ["planner", "rep", "head"] },
    },
  },
  {
    title: "a detail of a public project and a public account is read by all users of that kind",
    sources: [documents.relationships, documents.defaultAccess],
    facts: {
      users: { planner: {}, rep: {}, colleague: {}, partner: { type: "PowerPartner" } },
      defaults: { Project__c: ["Read", "Private"], Account: ["Read", "Private"] },
      records: { apollo, acme, milestone },
    },
    shareTable: [apolloRow, acmeRow],
    answers: {
      apollo: { read: ["planner", "rep", "colleague"], none: ["partner"] },
      acme: { read: ["planner", "rep", "colleague"], none: ["partner"] },
      milestone: { read: ["planner", "rep", "colleague"], none: ["partner"] },
    },
  },
  {
    title: "a detail of a detail with two masters is read by the readers of that detail",
    sources: [documents.relationships, documents.databaseArchitecture],
    facts: {
      roles,
      users: { planner: {}, rep, both: {}, outsider: {} },
      records: { apollo, acme, milestone, remark: { object: "Milestone_Note__c", masters: ["milestone"] } },
      sharing: [shared("apollo", "both"), shared("acme", "both")],
    },
    shareTable: [apolloRow, shared("apollo", "both"), acmeRow, shared("acme", "both")],
    answers: {
      apollo: { read: ["planner", "both"], none: ["rep", "outsider"] },
      acme: { read: ["rep", "both"], none: ["planner", "outsider"] },
      milestone: { read: ["both"], none: ["planner", "rep", "outsider"] },
      remark: { read: ["both"], none: ["planner", "rep", "outsider"] },
    },
  },
];
