import { documents } from "./salesforce-documents.ts";
import type { SharingCase } from "./sharing-case.ts";

const roles = { sales: {}, reps: { parent: "sales" } };
const people = { manager: { role: "sales" }, rep: { role: "reps" }, author: { role: "reps" }, outsider: {} };
const lead = { object: "Lead", owner: "rep" } as const;
const leadRow = { on: "lead", to: "rep", cause: "Owner", level: "All" } as const;
const leadAnswer = { read: ["rep", "manager"], none: ["author", "outsider"] };

export const fileCases: readonly SharingCase[] = [
  {
    title: "a file on a record is read by its owner and the readers of the record",
    sources: [documents.whoSeesFiles, documents.contentDocumentLink],
    facts: { roles, users: people, records: { lead }, files: { report: { owner: "author", links: [{ to: "lead" }] } } },
    shareTable: [leadRow],
    answers: { lead: leadAnswer, report: { read: ["author", "rep", "manager"], none: ["outsider"] } },
  },
  {
    title: "a file without links is read by its owner only, not by superiors",
    sources: [documents.whoSeesFiles],
    facts: { roles, users: people, records: {}, files: { draft: { owner: "author" } } },
    answers: { draft: { read: ["author"], none: ["manager", "rep", "outsider"] } },
  },
  {
    title: "a file that is private on records is not read through the record",
    sources: [documents.contentDocument],
    facts: {
      roles,
      users: people,
      records: { lead },
      files: {
        report: { owner: "author", privateOnRecords: true, links: [{ to: "lead" }] },
        sent: { owner: "author", privateOnRecords: true, links: [{ to: "lead" }, { to: "outsider" }] },
      },
    },
    shareTable: [leadRow],
    answers: {
      lead: leadAnswer,
      report: { read: ["author"], none: ["rep", "manager", "outsider"] },
      sent: { read: ["author", "outsider"], none: ["rep", "manager"] },
    },
  },
  {
    title: "a file shared with a user is read by that user and not by that user's superiors",
    sources: [documents.whoSeesFiles, documents.contentDocumentLink],
    facts: { roles, users: people, records: {}, files: { note: { owner: "author", links: [{ to: "rep" }] } } },
    answers: { note: { read: ["author", "rep"], none: ["manager", "outsider"] } },
  },
  {
    title: "a file of a library is read by the library's members, also through groups",
    sources: [documents.contentDocumentLink, documents.whoSeesFiles],
    facts: {
      roles,
      users: { ...people, clerk: { role: "reps" } },
      groups: { crew: { type: "Regular", members: ["clerk"], includesBosses: true } },
      libraries: { shelf: { members: ["rep", "crew"] } },
      records: {},
      files: { manual: { owner: "author", links: [{ to: "shelf" }] } },
    },
    answers: { manual: { read: ["author", "rep", "clerk"], none: ["manager", "outsider"] } },
  },
  {
    title: "a file of a private Chatter group is read by the group's members",
    sources: [documents.whoSeesFiles, documents.contentDocumentLink],
    facts: {
      roles,
      users: people,
      chatterGroups: { circle: { type: "Private", members: ["rep"] } },
      records: {},
      files: { minutes: { owner: "author", links: [{ to: "circle" }] } },
    },
    answers: { minutes: { read: ["author", "rep"], none: ["manager", "outsider"] } },
  },
  {
    title: "a file of a public Chatter group is read by every internal user, members or not",
    sources: [documents.whoSeesFiles],
    note: "The service shows the file to members and hides it from others.",
    facts: {
      roles,
      users: { ...people, partner: { type: "PowerPartner" } },
      chatterGroups: { plaza: { type: "Public", members: ["rep"] } },
      records: {},
      files: { news: { owner: "author", links: [{ to: "plaza" }] } },
    },
    answers: { news: { read: ["author", "rep"], hidden: ["manager", "outsider"], none: ["partner"] } },
  },
  {
    title: "a file shared with the organization is read by internal users",
    sources: [documents.whoSeesFiles, documents.contentDocumentLink],
    facts: {
      roles,
      users: { ...people, partner: { type: "PowerPartner" }, guest: { type: "Guest" } },
      records: {},
      files: { handbook: { owner: "author", links: [{ to: "Organization" }] } },
    },
    answers: { handbook: { read: ["author", "rep", "manager", "outsider"], none: ["partner", "guest"] } },
  },
  {
    title: "without Read on the record's object, a link to the record shows no file",
    sources: [documents.objectPermissions, documents.contentDocumentLink],
    facts: {
      permissionSets: { projectsOnly: { objects: { Project__c: ["Read"] } } },
      users: { rep: { profile: "projectsOnly" }, author: {}, colleague: {}, friend: { profile: "projectsOnly" } },
      defaults: { Lead: ["Read", "Private"] },
      records: { lead },
      files: { report: { owner: "author", links: [{ to: "lead" }, { to: "friend" }] } },
    },
    shareTable: [leadRow],
    answers: {
      lead: { read: ["author", "colleague"], none: ["rep", "friend"] },
      report: { read: ["author", "colleague", "friend"], none: ["rep"] },
    },
  },
  {
    title: "View All on a record's object opens the files on its records",
    sources: [documents.viewAndModifyAll, documents.contentDocumentLink],
    facts: {
      permissionSets: { viewer: { objects: { Lead: ["Read", "ViewAll"] } } },
      users: { rep: {}, author: {}, viewer: { profile: "viewer" }, outsider: {} },
      records: { lead },
      files: { report: { owner: "author", links: [{ to: "lead" }] }, draft: { owner: "author" } },
    },
    shareTable: [leadRow],
    answers: {
      lead: { read: ["rep", "viewer"], none: ["author", "outsider"] },
      report: { read: ["author", "rep", "viewer"], none: ["outsider"] },
      draft: { read: ["author"], none: ["rep", "viewer", "outsider"] },
    },
  },
  {
    title: "View All Data opens shared files, Modify All Data also private ones",
    sources: [documents.whoSeesFiles],
    note: "The service hides both and reports that.",
    facts: {
      permissionSets: {
        auditor: { objects: { Lead: ["Read"] }, system: ["ViewAllData"] },
        admin: { objects: { Lead: ["Read"] }, system: ["ViewAllData", "ModifyAllData"] },
      },
      users: { author: {}, friend: {}, auditor: { profile: "auditor" }, admin: { profile: "admin" }, outsider: {} },
      records: {},
      files: { draft: { owner: "author" }, letter: { owner: "author", links: [{ to: "friend" }] } },
    },
    answers: {
      draft: { read: ["author"], hidden: ["admin"], none: ["friend", "auditor", "outsider"] },
      letter: { read: ["author", "friend"], hidden: ["auditor", "admin"], none: ["outsider"] },
    },
  },
  {
    title: "a file on several records is read by the readers of any of them",
    sources: [documents.whoSeesFiles, documents.contentDocumentLink],
    facts: {
      users: { rep: {}, planner: {}, author: {}, outsider: {} },
      records: { lead, apollo: { object: "Project__c", owner: "planner" } },
      files: { report: { owner: "author", links: [{ to: "lead" }, { to: "apollo" }] } },
    },
    shareTable: [leadRow, { on: "apollo", to: "planner", cause: "Owner", level: "All" }],
    answers: {
      lead: { read: ["rep"], none: ["planner", "author", "outsider"] },
      apollo: { read: ["planner"], none: ["rep", "author", "outsider"] },
      report: { read: ["author", "rep", "planner"], none: ["outsider"] },
    },
  },
  {
    title: "a file on a detail with two masters is read by the readers of the detail",
    sources: [documents.relationships, documents.contentDocumentLink],
    facts: {
      roles: { sellers: {} },
      users: { planner: {}, rep: { role: "sellers" }, both: {}, author: {} },
      records: {
        apollo: { object: "Project__c", owner: "planner" },
        acme: { object: "Account", owner: "rep" },
        milestone: { object: "Milestone__c", masters: ["apollo", "acme"] },
      },
      files: { plan: { owner: "author", links: [{ to: "milestone" }] } },
      sharing: [
        { on: "apollo", to: "both", cause: "Manual", level: "Read" },
        { on: "acme", to: "both", cause: "Manual", level: "Read" },
      ],
    },
    shareTable: [
      { on: "apollo", to: "planner", cause: "Owner", level: "All" },
      { on: "apollo", to: "both", cause: "Manual", level: "Read" },
      { on: "acme", to: "rep", cause: "Owner", level: "All" },
      { on: "acme", to: "both", cause: "Manual", level: "Read" },
    ],
    answers: {
      apollo: { read: ["planner", "both"], none: ["rep", "author"] },
      acme: { read: ["rep", "both"], none: ["planner", "author"] },
      milestone: { read: ["both"], none: ["planner", "rep", "author"] },
      plan: { read: ["author", "both"], none: ["planner", "rep"] },
    },
  },
];
