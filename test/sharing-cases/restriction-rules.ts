import { documents } from "./salesforce-documents.ts";
import type { RestrictionRule, SharingCase } from "./sharing-case.ts";

const ownRecordsOnly: RestrictionRule = {
  object: "Project__c",
  enforcement: "Restrict",
  active: true,
  userCriteria: "$User.IsActive = true",
  recordFilter: "OwnerId = $User.Id",
};

const permissionSets = {
  projects: { objects: { Project__c: ["Read", "ViewAll"], Visit__c: ["Read"], Lead: ["Read"] } },
  visits: { objects: { Project__c: ["Read"], Visit__c: ["Read", "ViewAll"], Lead: ["Read"] } },
  leads: { objects: { Lead: ["Read"] } },
} as const;

const people = { planner: {}, colleague: {}, viewer: { profile: "projects" }, blind: { profile: "leads" } };
const defaults = { Project__c: ["Read", "Private"], Lead: ["Read", "Private"] } as const;
const apollo = { object: "Project__c", owner: "planner" } as const;
const apolloRow = { on: "apollo", to: "planner", cause: "Owner", level: "All" } as const;
const allReaders = { read: ["planner", "colleague", "viewer"], none: ["blind"] };

export const restrictionRuleCases: readonly SharingCase[] = [
  {
    title: "an active restriction rule keeps what sharing grants from all but its matches and View All",
    sources: [documents.restrictionRules, documents.userRecordAccess],
    note: "The service does not evaluate the filter: it hides the records from all users without View All, matches included.",
    facts: { permissionSets, users: people, defaults, records: { apollo }, restrictionRules: [ownRecordsOnly] },
    shareTable: [apolloRow],
    answers: { apollo: { read: ["viewer"], hidden: ["planner"], blocked: ["colleague"], none: ["blind"] } },
  },
  {
    title: "Modify All, View All Data and Modify All Data pass a restriction rule as well",
    sources: [documents.restrictionRules],
    facts: {
      permissionSets: {
        editor: { objects: { Project__c: ["Read", "ViewAll", "ModifyAll"] } },
        auditor: { objects: { Project__c: ["Read"] }, system: ["ViewAllData"] },
        admin: { objects: { Project__c: ["Read"] }, system: ["ViewAllData", "ModifyAllData"] },
      },
      users: {
        planner: {},
        editor: { profile: "editor" },
        auditor: { profile: "auditor" },
        admin: { profile: "admin" },
        sharee: {},
      },
      records: { apollo },
      sharing: [{ on: "apollo", to: "sharee", cause: "Manual", level: "Read" }],
      restrictionRules: [ownRecordsOnly],
    },
    shareTable: [apolloRow, { on: "apollo", to: "sharee", cause: "Manual", level: "Read" }],
    answers: { apollo: { read: ["editor", "auditor", "admin"], hidden: ["planner"], blocked: ["sharee"] } },
  },
  {
    title: "a restriction rule that is not active restricts nothing",
    sources: [documents.restrictionRules],
    facts: {
      permissionSets,
      users: people,
      defaults,
      records: { apollo },
      restrictionRules: [{ ...ownRecordsOnly, active: false }],
    },
    shareTable: [apolloRow],
    answers: { apollo: allReaders },
  },
  {
    title: "a scoping rule restricts nothing",
    sources: [documents.scopingRules],
    facts: {
      permissionSets,
      users: people,
      defaults,
      records: { apollo },
      restrictionRules: [{ ...ownRecordsOnly, enforcement: "Scoping" }],
    },
    shareTable: [apolloRow],
    answers: { apollo: allReaders },
  },
  {
    title: "a restriction rule on a master does not restrict its details",
    sources: [documents.restrictionRules],
    note: "The service hides details of a restricted master all the same, and reports that.",
    facts: {
      permissionSets,
      users: { planner: {}, colleague: {}, viewer: { profile: "visits" }, blind: { profile: "leads" } },
      defaults,
      records: { apollo, visit: { object: "Visit__c", masters: ["apollo"] } },
      restrictionRules: [ownRecordsOnly],
    },
    shareTable: [apolloRow],
    answers: {
      apollo: { hidden: ["planner"], blocked: ["colleague", "viewer"], none: ["blind"] },
      visit: { read: ["viewer"], hidden: ["planner", "colleague"], none: ["blind"] },
    },
  },
  {
    title: "a restriction rule on a detail is passed by View All on the detail, not by View All on the master",
    sources: [documents.restrictionRules],
    note: "No record of the case was created by one of its users, so the filter matches no user.",
    facts: {
      permissionSets,
      users: { ...people, visitViewer: { profile: "visits" } },
      defaults,
      records: { apollo, visit: { object: "Visit__c", masters: ["apollo"] } },
      restrictionRules: [{ ...ownRecordsOnly, object: "Visit__c", recordFilter: "CreatedById = $User.Id" }],
    },
    shareTable: [apolloRow],
    answers: {
      apollo: { read: ["planner", "colleague", "viewer", "visitViewer"], none: ["blind"] },
      visit: { read: ["visitViewer"], blocked: ["planner", "colleague", "viewer"], none: ["blind"] },
    },
  },
  {
    title: "if restriction rules cannot be read, custom objects stay hidden and leads do not",
    sources: [documents.restrictionRules],
    note: "Accounts, contacts, opportunities, leads, campaigns and cases cannot have restriction rules.",
    facts: {
      permissionSets,
      users: people,
      defaults,
      records: { apollo, lead: { object: "Lead", owner: "planner" } },
      unreadable: ["RestrictionRule"],
    },
    shareTable: [apolloRow, { on: "lead", to: "planner", cause: "Owner", level: "All" }],
    answers: {
      apollo: { read: ["viewer"], hidden: ["planner", "colleague"], none: ["blind"] },
      lead: { read: ["planner", "colleague", "viewer", "blind"] },
    },
  },
  {
    title: "a file on a restricted record is read by its owner and by View All on the record's object",
    sources: [documents.restrictionRules, documents.whoSeesFiles],
    unconfirmed: true,
    note: "The documents do not say whether a rule on a record reaches its files. Chosen: deny those whom the rule blocks.",
    facts: {
      permissionSets,
      users: { ...people, author: { profile: "leads" } },
      defaults,
      records: { apollo },
      files: { report: { owner: "author", links: [{ to: "apollo" }] } },
      restrictionRules: [ownRecordsOnly],
    },
    shareTable: [apolloRow],
    answers: {
      apollo: { read: ["viewer"], hidden: ["planner"], blocked: ["colleague"], none: ["blind", "author"] },
      report: { read: ["viewer", "author"], hidden: ["planner"], none: ["colleague", "blind"] },
    },
  },
];
