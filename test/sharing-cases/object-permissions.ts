import { documents } from "./salesforce-documents.ts";
import type { SharingCase } from "./sharing-case.ts";

const lead = { object: "Lead", owner: "owner" } as const;
const apollo = { object: "Project__c", owner: "owner" } as const;
const leadRow = { on: "lead", to: "owner", cause: "Owner", level: "All" } as const;
const apolloRow = { on: "apollo", to: "owner", cause: "Owner", level: "All" } as const;
const nothing = { objects: {} };

export const objectPermissionCases: readonly SharingCase[] = [
  {
    title: "without Read on the object, neither ownership nor a share nor a public default shows a record",
    sources: [documents.objectPermissions, documents.defaultSharing],
    facts: {
      permissionSets: { projectsOnly: { objects: { Project__c: ["Read"] } } },
      users: { owner: { profile: "projectsOnly" }, sharee: { profile: "projectsOnly" }, colleague: {} },
      defaults: { Lead: ["Read", "Private"] },
      records: { lead },
      sharing: [{ on: "lead", to: "sharee", cause: "Manual", level: "Edit" }],
    },
    shareTable: [leadRow, { on: "lead", to: "sharee", cause: "Manual", level: "Edit" }],
    answers: { lead: { read: ["colleague"], none: ["owner", "sharee"] } },
  },
  {
    title: "a superior without Read on the object does not read a subordinate's record",
    sources: [documents.objectPermissions, documents.roleHierarchy],
    facts: {
      roles: { sales: {}, reps: { parent: "sales" } },
      permissionSets: { projectsOnly: { objects: { Project__c: ["Read"] } } },
      users: { owner: { role: "reps" }, manager: { role: "sales" }, blind: { role: "sales", profile: "projectsOnly" } },
      records: { lead },
    },
    shareTable: [leadRow],
    answers: { lead: { read: ["owner", "manager"], none: ["blind"] } },
  },
  {
    title: "View All on an object opens every record of that object and of no other",
    sources: [documents.viewAndModifyAll],
    facts: {
      permissionSets: { viewer: { objects: { Lead: ["Read", "ViewAll"], Project__c: ["Read"] } } },
      users: { owner: {}, viewer: { profile: "viewer" }, colleague: {} },
      records: { lead, apollo },
    },
    shareTable: [leadRow, apolloRow],
    answers: {
      lead: { read: ["owner", "viewer"], none: ["colleague"] },
      apollo: { read: ["owner"], none: ["viewer", "colleague"] },
    },
  },
  {
    title: "Modify All on an object opens every record of that object",
    sources: [documents.viewAndModifyAll],
    facts: {
      permissionSets: { editor: { objects: { Lead: ["Read", "ViewAll", "ModifyAll"], Project__c: ["Read"] } } },
      users: { owner: {}, editor: { profile: "editor" }, colleague: {} },
      records: { lead, apollo },
    },
    shareTable: [leadRow, apolloRow],
    answers: {
      lead: { read: ["owner", "editor"], none: ["colleague"] },
      apollo: { read: ["owner"], none: ["editor", "colleague"] },
    },
  },
  {
    title: "View All Data and Modify All Data open every record of every object that their holder reads",
    sources: [documents.viewAndModifyAll],
    facts: {
      permissionSets: {
        auditor: { objects: { Lead: ["Read"], Project__c: ["Read"] }, system: ["ViewAllData"] },
        admin: { objects: { Lead: ["Read"], Project__c: ["Read"] }, system: ["ViewAllData", "ModifyAllData"] },
      },
      users: { owner: {}, auditor: { profile: "auditor" }, admin: { profile: "admin" }, colleague: {} },
      records: { lead, apollo },
    },
    shareTable: [leadRow, apolloRow],
    answers: {
      lead: { read: ["owner", "auditor", "admin"], none: ["colleague"] },
      apollo: { read: ["owner", "auditor", "admin"], none: ["colleague"] },
    },
  },
  {
    title: "permissions of the profile and of assigned sets add up",
    sources: [documents.objectPermissions, documents.permissionSetAssignment],
    facts: {
      permissionSets: { nothing, leads: { objects: { Lead: ["Read", "ViewAll"] } } },
      users: {
        owner: {},
        helper: { profile: "nothing", assigned: [{ of: "leads" }] },
        temp: { profile: "nothing", assigned: [{ of: "leads", expires: "future" }] },
        newcomer: { profile: "nothing" },
      },
      records: { lead },
    },
    shareTable: [leadRow],
    answers: { lead: { read: ["owner", "helper", "temp"], none: ["newcomer"] } },
  },
  {
    title: "an assignment that is inactive, expired or revoked grants nothing",
    sources: [documents.permissionSetAssignment],
    facts: {
      permissionSets: { nothing, leads: { objects: { Lead: ["Read", "ViewAll"] } } },
      users: {
        owner: {},
        inactive: { profile: "nothing", assigned: [{ of: "leads", active: false }] },
        expired: { profile: "nothing", assigned: [{ of: "leads", expires: "past" }] },
        revoked: { profile: "nothing", assigned: [{ of: "leads", revoked: true }] },
      },
      records: { lead },
    },
    shareTable: [leadRow],
    answers: { lead: { read: ["owner"], none: ["inactive", "expired", "revoked"] } },
  },
  {
    title: "a permission set that requires activation grants nothing outside its session",
    sources: [documents.sessionSets],
    facts: {
      permissionSets: {
        nothing,
        plain: { objects: { Lead: ["Read", "ViewAll"] } },
        session: { objects: { Lead: ["Read", "ViewAll"] }, requiresActivation: true },
      },
      users: {
        owner: {},
        always: { profile: "nothing", assigned: [{ of: "plain" }] },
        onRequest: { profile: "nothing", assigned: [{ of: "session" }] },
      },
      records: { lead },
    },
    shareTable: [leadRow],
    answers: { lead: { read: ["owner", "always"], none: ["onRequest"] } },
  },
  {
    title: "a permission set whose row cannot be read grants nothing",
    sources: [documents.sessionSets],
    unconfirmed: true,
    note: "The unread row may say that the set requires activation. Chosen: deny.",
    computationOnly: true,
    facts: {
      permissionSets: {
        nothing,
        plain: { objects: { Lead: ["Read", "ViewAll"] } },
        unseen: { objects: { Lead: ["Read", "ViewAll"] }, unreadable: true },
      },
      users: {
        owner: {},
        known: { profile: "nothing", assigned: [{ of: "plain" }] },
        unknown: { profile: "nothing", assigned: [{ of: "unseen" }] },
      },
      records: { lead },
    },
    shareTable: [leadRow],
    answers: { lead: { read: ["owner", "known"], none: ["unknown"] } },
  },
];
