import { documents } from "./salesforce-documents.ts";
import type { SharingCase } from "./sharing-case.ts";

const nothing = { objects: {} };
const reads = { objects: { Lead: ["Read"] } } as const;
const views = { objects: { Lead: ["Read", "ViewAll"] } } as const;
const modifies = { objects: { Lead: ["Read", "ViewAll", "ModifyAll"] } } as const;
const records = { own: { object: "Lead", owner: "member" }, other: { object: "Lead", owner: "owner" } } as const;

const shareTable = [
  { on: "own", to: "member", cause: "Owner", level: "All" },
  { on: "other", to: "owner", cause: "Owner", level: "All" },
] as const;

const member = { profile: "nothing", assigned: [{ of: "bundle" }] };

export const permissionSetGroupCases: readonly SharingCase[] = [
  {
    title: "a permission set group grants what its sets grant together",
    sources: [documents.mutingTrail, documents.permissionSetGroup],
    facts: {
      permissionSets: { nothing, reads, views },
      permissionSetGroups: { bundle: { sets: ["reads", "views"] } },
      users: { owner: {}, member },
      records,
    },
    shareTable,
    answers: { own: { read: ["member"], none: ["owner"] }, other: { read: ["owner", "member"] } },
  },
  {
    title: "muting Read takes the object away, View All and Modify All with it",
    sources: [documents.mutingPermissionSet, documents.mutingTrail],
    unconfirmed: true,
    note: "The documents at hand say that muting disables the selected permissions, not what else falls with them. Chosen: deny.",
    facts: {
      permissionSets: { nothing, modifies },
      permissionSetGroups: { bundle: { sets: ["modifies"], muting: reads } },
      users: { owner: {}, member },
      records,
    },
    shareTable,
    answers: { own: { none: ["member", "owner"] }, other: { read: ["owner"], none: ["member"] } },
  },
  {
    title: "muting View All takes Modify All with it and leaves Read",
    sources: [documents.mutingPermissionSet, documents.mutingTrail],
    unconfirmed: true,
    note: "The documents at hand say that muting disables the selected permissions, not what else falls with them. Chosen: deny.",
    facts: {
      permissionSets: { nothing, modifies },
      permissionSetGroups: { bundle: { sets: ["modifies"], muting: { objects: { Lead: ["ViewAll"] } } } },
      users: { owner: {}, member },
      records,
    },
    shareTable,
    answers: { own: { read: ["member"], none: ["owner"] }, other: { read: ["owner"], none: ["member"] } },
  },
  {
    title: "muting applies inside its group and not to a set that is assigned directly",
    sources: [documents.mutingTrail, documents.mutingPermissionSet],
    facts: {
      permissionSets: { nothing, views },
      permissionSetGroups: { bundle: { sets: ["views"], muting: reads } },
      users: {
        owner: {},
        member,
        both: { profile: "nothing", assigned: [{ of: "bundle" }, { of: "views" }] },
      },
      records,
    },
    shareTable,
    answers: {
      own: { read: ["both"], none: ["member", "owner"] },
      other: { read: ["owner", "both"], none: ["member"] },
    },
  },
  {
    title: "muting in one group does not reach another group of the same user",
    sources: [documents.mutingTrail],
    facts: {
      permissionSets: { nothing, views },
      permissionSetGroups: { bundle: { sets: ["views"], muting: reads }, open: { sets: ["views"] } },
      users: {
        owner: {},
        member,
        both: { profile: "nothing", assigned: [{ of: "bundle" }, { of: "open" }] },
      },
      records,
    },
    shareTable,
    answers: {
      own: { read: ["both"], none: ["member", "owner"] },
      other: { read: ["owner", "both"], none: ["member"] },
    },
  },
  {
    title: "a permission set group that requires activation grants nothing outside its session",
    sources: [documents.permissionSetGroup],
    facts: {
      permissionSets: { nothing, views },
      permissionSetGroups: {
        bundle: { sets: ["views"], requiresActivation: true },
        open: { sets: ["views"] },
      },
      users: { owner: {}, member, always: { profile: "nothing", assigned: [{ of: "open" }] } },
      records,
    },
    shareTable,
    answers: {
      own: { read: ["always"], none: ["member", "owner"] },
      other: { read: ["owner", "always"], none: ["member"] },
    },
  },
  {
    title: "a set that requires activation adds nothing to its group",
    sources: [documents.sessionSets, documents.permissionSetGroup],
    unconfirmed: true,
    note: "The documents do not say what a session-based set in a group without activation grants. Chosen: deny.",
    facts: {
      permissionSets: { nothing, reads, session: { ...views, requiresActivation: true } },
      permissionSetGroups: { bundle: { sets: ["reads", "session"] } },
      users: { owner: {}, member },
      records,
    },
    shareTable,
    answers: { own: { read: ["member"], none: ["owner"] }, other: { read: ["owner"], none: ["member"] } },
  },
  {
    title: "an expired assignment of a permission set group grants nothing",
    sources: [documents.permissionSetAssignment],
    facts: {
      permissionSets: { nothing, views },
      permissionSetGroups: { bundle: { sets: ["views"] } },
      users: {
        owner: {},
        member,
        late: { profile: "nothing", assigned: [{ of: "bundle", expires: "past" }] },
      },
      records,
    },
    shareTable,
    answers: {
      own: { read: ["member"], none: ["owner", "late"] },
      other: { read: ["owner", "member"], none: ["late"] },
    },
  },
  {
    title: "an aggregated set that is out of date grants no more than the group's sets do",
    sources: [documents.permissionSetGroup],
    unconfirmed: true,
    note: "The status Outdated is documented, its effect on access is not. Chosen: only what the aggregated set and the sets agree on.",
    computationOnly: true,
    facts: {
      permissionSets: { nothing, reads },
      permissionSetGroups: { bundle: { sets: ["reads"], aggregated: views } },
      users: { owner: {}, member },
      records,
    },
    shareTable,
    answers: { own: { read: ["member"], none: ["owner"] }, other: { read: ["owner"], none: ["member"] } },
  },
  {
    title: "the sets of a group grant no more than an aggregated set that is out of date",
    sources: [documents.permissionSetGroup],
    unconfirmed: true,
    note: "The status Outdated is documented, its effect on access is not. Chosen: only what the aggregated set and the sets agree on.",
    computationOnly: true,
    facts: {
      permissionSets: { nothing, views },
      permissionSetGroups: { bundle: { sets: ["views"], aggregated: reads } },
      users: { owner: {}, member },
      records,
    },
    shareTable,
    answers: { own: { read: ["member"], none: ["owner"] }, other: { read: ["owner"], none: ["member"] } },
  },
];
