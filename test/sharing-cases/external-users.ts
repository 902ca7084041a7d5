import { documents } from "./salesforce-documents.ts";
import type { SharingCase } from "./sharing-case.ts";

const partnerRoles = {
  channel: {},
  acmeManagers: { parent: "channel", portal: { account: "acme", type: "Partner", rank: "Manager" } },
  acmeUsers: { parent: "acmeManagers", portal: { account: "acme", type: "Partner", rank: "Worker" } },
} as const;

const partners = {
  channelManager: { role: "channel" },
  partnerManager: { type: "PowerPartner", role: "acmeManagers", account: "acme" },
  partner: { type: "PowerPartner", role: "acmeUsers", account: "acme" },
  partnerPeer: { type: "PowerPartner", role: "acmeUsers", account: "acme" },
  colleague: {},
} as const;

const acme = { object: "Account", owner: "channelManager" } as const;

const acmeRows = [
  { on: "acme", to: "channelManager", cause: "Owner", level: "All" },
  { on: "acme", to: "Role:acmeUsers", cause: "PortalImplicit", level: "Read" },
] as const;

const acmeAnswer = { read: ["channelManager", "partnerManager", "partner", "partnerPeer"], none: ["colleague"] };

const visitors = { owner: {}, visitor: { type: "CspLitePortal", account: "acme" }, colleague: {} } as const;
const visitorAccount = { object: "Account", owner: "owner" } as const;
const visitorAccountRow = { on: "acme", to: "owner", cause: "Owner", level: "All" } as const;

export const externalUserCases: readonly SharingCase[] = [
  {
    title: "a partner's record is read by the portal roles above and by the account owner's role",
    sources: [documents.partnerRoles, documents.implicitSharing],
    facts: { roles: partnerRoles, users: partners, records: { acme, lead: { object: "Lead", owner: "partner" } } },
    shareTable: [...acmeRows, { on: "lead", to: "partner", cause: "Owner", level: "All" }],
    answers: {
      acme: acmeAnswer,
      lead: { read: ["partner", "partnerManager", "channelManager"], none: ["partnerPeer", "colleague"] },
    },
  },
  {
    title: "partners of the same portal role read each other's records by super user access only",
    sources: [documents.partnerRoles],
    note: "Super user access is not stored in any share object, so the service hides the record from the super user.",
    facts: {
      roles: partnerRoles,
      users: partners,
      records: { acme, lead: { object: "Lead", owner: "partner" } },
      unstored: [{ by: "super user", user: "partnerPeer", on: "lead" }],
    },
    shareTable: [...acmeRows, { on: "lead", to: "partner", cause: "Owner", level: "All" }],
    answers: {
      acme: acmeAnswer,
      lead: {
        read: ["partner", "partnerManager", "channelManager"],
        hidden: ["partnerPeer"],
        none: ["colleague"],
      },
    },
  },
  {
    title: "external users with roles read the contacts of their account",
    sources: [documents.implicitSharing, documents.contactShare],
    facts: {
      roles: partnerRoles,
      users: partners,
      records: { acme, jane: { object: "Contact", owner: "channelManager", account: "acme" } },
    },
    shareTable: [
      ...acmeRows,
      { on: "jane", to: "channelManager", cause: "Owner", level: "All" },
      { on: "jane", to: "Role:acmeUsers", cause: "PortalImplicit", level: "Read" },
    ],
    answers: { acme: acmeAnswer, jane: acmeAnswer },
  },
  {
    title: "external users with roles do not read other children of their account",
    sources: [documents.implicitSharing],
    facts: {
      roles: partnerRoles,
      users: partners,
      records: { acme, deal: { object: "Opportunity", owner: "channelManager", account: "acme" } },
    },
    shareTable: [...acmeRows, { on: "deal", to: "channelManager", cause: "Owner", level: "All" }],
    answers: {
      acme: acmeAnswer,
      deal: { read: ["channelManager"], none: ["partnerManager", "partner", "partnerPeer", "colleague"] },
    },
  },
  {
    title: "the customer who is the contact of a case reads that case",
    sources: [documents.implicitSharing, documents.caseShare],
    note: "The level of a RelatedPortalUser row is not documented; Read is assumed.",
    facts: {
      roles: {
        support: {},
        acmeUsers: { parent: "support", portal: { account: "acme", type: "CustomerPortal", rank: "Worker" } },
      },
      users: {
        agent: { role: "support" },
        jane: { type: "PowerCustomerSuccess", role: "acmeUsers", account: "acme", contact: "janeContact" },
        john: { type: "PowerCustomerSuccess", role: "acmeUsers", account: "acme" },
        colleague: {},
      },
      records: {
        acme: { object: "Account", owner: "agent" },
        janeContact: { object: "Contact", owner: "agent", account: "acme" },
        ticket: { object: "Case", owner: "agent", account: "acme", contact: "janeContact" },
      },
    },
    shareTable: [
      { on: "acme", to: "agent", cause: "Owner", level: "All" },
      { on: "acme", to: "Role:acmeUsers", cause: "PortalImplicit", level: "Read" },
      { on: "acme", to: "jane", cause: "ImplicitParent", level: "Read", optional: true },
      { on: "janeContact", to: "agent", cause: "Owner", level: "All" },
      { on: "janeContact", to: "Role:acmeUsers", cause: "PortalImplicit", level: "Read" },
      { on: "ticket", to: "agent", cause: "Owner", level: "All" },
      { on: "ticket", to: "jane", cause: "RelatedPortalUser", level: "Read" },
    ],
    answers: {
      acme: { read: ["agent", "jane", "john"], none: ["colleague"] },
      janeContact: { read: ["agent", "jane", "john"], none: ["colleague"] },
      ticket: { read: ["agent", "jane"], none: ["john", "colleague"] },
    },
  },
  {
    title: "a portal role without a parent role hangs below the role of its account's owner",
    sources: [documents.partnerRoles],
    computationOnly: true,
    facts: {
      roles: { channel: {}, acmeUsers: { portal: { account: "acme", type: "Partner", rank: "Worker" } } },
      users: {
        channelManager: { role: "channel" },
        partner: { type: "PowerPartner", role: "acmeUsers", account: "acme" },
        colleague: {},
      },
      records: { acme, lead: { object: "Lead", owner: "partner" } },
    },
    shareTable: [...acmeRows, { on: "lead", to: "partner", cause: "Owner", level: "All" }],
    answers: {
      acme: { read: ["channelManager", "partner"], none: ["colleague"] },
      lead: { read: ["partner", "channelManager"], none: ["colleague"] },
    },
  },
  {
    title: "a high-volume user reads own records and public ones; access to the own account is not stored",
    sources: [documents.implicitSharing, documents.externalDefaults],
    facts: {
      users: visitors,
      defaults: { Campaign: "Read" },
      records: {
        acme: visitorAccount,
        spring: { object: "Campaign", owner: "owner" },
        apollo: { object: "Project__c", owner: "visitor" },
        gemini: { object: "Project__c", owner: "owner" },
      },
    },
    shareTable: [
      visitorAccountRow,
      { on: "spring", to: "owner", cause: "Owner", level: "All" },
      { on: "apollo", to: "visitor", cause: "Owner", level: "All" },
      { on: "gemini", to: "owner", cause: "Owner", level: "All" },
    ],
    answers: {
      acme: { read: ["owner"], hidden: ["visitor"], none: ["colleague"] },
      spring: { read: ["owner", "visitor", "colleague"] },
      apollo: { read: ["visitor"], none: ["owner", "colleague"] },
      gemini: { read: ["owner"], none: ["visitor", "colleague"] },
    },
  },
  {
    title: "access by a sharing set is not stored and stays hidden",
    sources: [documents.accountShare, documents.implicitSharing],
    facts: {
      users: visitors,
      records: { acme: visitorAccount, apollo: { object: "Project__c", owner: "owner", account: "acme" } },
      unstored: [{ by: "sharing set", user: "visitor", on: "apollo" }],
    },
    shareTable: [visitorAccountRow, { on: "apollo", to: "owner", cause: "Owner", level: "All" }],
    answers: {
      acme: { read: ["owner"], hidden: ["visitor"], none: ["colleague"] },
      apollo: { read: ["owner"], hidden: ["visitor"], none: ["colleague"] },
    },
  },
  {
    title: "a high-volume user gains nothing from a group that names the user",
    sources: [documents.implicitSharing],
    note: "The sharing model of high-volume users relies on neither roles nor groups; such a membership cannot be made.",
    computationOnly: true,
    facts: {
      users: { owner: {}, colleague: {}, visitor: { type: "CspLitePortal" } },
      groups: { team: { type: "Regular", members: ["visitor", "colleague"], includesBosses: false } },
      records: { lead: { object: "Lead", owner: "owner" } },
      sharing: [{ on: "lead", to: "team", cause: "Rule", level: "Read" }],
    },
    shareTable: [
      { on: "lead", to: "owner", cause: "Owner", level: "All" },
      { on: "lead", to: "team", cause: "Rule", level: "Read" },
    ],
    answers: { lead: { read: ["owner", "colleague"], none: ["visitor"] } },
  },
  {
    title: "a guest reads what a guest sharing rule shares, and the service gives guests no identity",
    sources: [documents.guestUsers, documents.accountShare],
    facts: {
      users: { owner: {}, guest: { type: "Guest" }, colleague: {} },
      defaults: { Campaign: "Read" },
      records: { lead: { object: "Lead", owner: "owner" }, spring: { object: "Campaign", owner: "owner" } },
      sharing: [{ on: "lead", to: "guest", cause: "GuestRule", level: "Read" }],
    },
    shareTable: [
      { on: "lead", to: "owner", cause: "Owner", level: "All" },
      { on: "lead", to: "guest", cause: "GuestRule", level: "Read" },
      { on: "spring", to: "owner", cause: "Owner", level: "All" },
    ],
    answers: {
      lead: { read: ["owner"], hidden: ["guest"], none: ["colleague"] },
      spring: { read: ["owner", "colleague"], none: ["guest"] },
    },
  },
];
