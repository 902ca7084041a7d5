import { documents } from "./salesforce-documents.ts";
import type { SharingCase } from "./sharing-case.ts";

const roles = { sellers: {}, others: {} };
const acme = { object: "Account", owner: "rep" } as const;
const acmeRow = { on: "acme", to: "rep", cause: "Owner", level: "All" } as const;
const territoryRow = {
  on: "acme",
  to: "Territory:west",
  cause: "Territory2AssociationManual",
  level: "Read",
  opportunity: "Read",
} as const;

const people = {
  rep: { role: "sellers" },
  other: { role: "others" },
  countryRep: {},
  westRep: {},
  coastRep: {},
  eastRep: {},
};

const country = { level: "Read", users: ["countryRep"] } as const;
const west = { parent: "country", level: "Read", opportunity: "Read", users: ["westRep"] } as const;
const coast = { parent: "west", level: "Read", users: ["coastRep"] } as const;
const east = { parent: "country", level: "Read", users: ["eastRep"] } as const;
const territories = { country, west: { ...west, accounts: ["acme"] }, coast, east } as const;

export const territoryCases: readonly SharingCase[] = [
  {
    title: "users of an account's territory and of the territories above it read the account",
    sources: [documents.territoryAccess, documents.accountShare],
    facts: { roles, users: people, territories, records: { acme } },
    shareTable: [acmeRow, territoryRow],
    answers: { acme: { read: ["rep", "westRep", "countryRep"], none: ["other", "coastRep", "eastRep"] } },
  },
  {
    title: "a territory opens the kinds of children whose level it names",
    sources: [documents.territoryAccess, documents.territory, documents.accountShare],
    facts: {
      roles,
      users: people,
      territories,
      records: {
        acme,
        deal: { object: "Opportunity", owner: "other", account: "acme" },
        ticket: { object: "Case", owner: "other", account: "acme" },
      },
    },
    shareTable: [
      acmeRow,
      territoryRow,
      { on: "acme", to: "other", cause: "ImplicitParent", level: "Read" },
      { on: "deal", to: "other", cause: "Owner", level: "All" },
      { on: "ticket", to: "other", cause: "Owner", level: "All" },
    ],
    answers: {
      acme: { read: ["rep", "other", "westRep", "countryRep"], none: ["coastRep", "eastRep"] },
      deal: { read: ["other", "westRep", "countryRep"], none: ["rep", "coastRep", "eastRep"] },
      ticket: { read: ["other"], none: ["rep", "westRep", "countryRep", "coastRep", "eastRep"] },
    },
  },
  {
    title: "an account that an assignment rule puts into a territory is read by its users",
    sources: [documents.accountShare, documents.territoryAccess],
    note: "The object page names the cause Territory for assignment rules.",
    facts: {
      roles,
      users: people,
      territories: { country, west: { ...west, accountsByRule: ["acme"] }, coast, east },
      records: { acme },
    },
    shareTable: [acmeRow, { ...territoryRow, cause: "Territory" }],
    answers: { acme: { read: ["rep", "westRep", "countryRep"], none: ["other", "coastRep", "eastRep"] } },
  },
  {
    title: "territories of a model in planning or in the archive open nothing",
    sources: [documents.territory],
    facts: {
      roles,
      users: { rep: { role: "sellers" }, planned: {}, archived: {} },
      territories: {
        plan: { model: "Planning", level: "All", users: ["planned"], accounts: ["acme"] },
        past: { model: "Archived", level: "All", users: ["archived"], accounts: ["acme"] },
      },
      records: { acme },
    },
    shareTable: [acmeRow],
    answers: { acme: { read: ["rep"], none: ["planned", "archived"] } },
  },
  {
    title: "a share row of an archived model's territory opens nothing",
    sources: [documents.territory],
    note: "A row read before the model was archived must not count.",
    computationOnly: true,
    facts: {
      roles,
      users: { rep: { role: "sellers" }, westRep: {} },
      territories: { west: { model: "Archived", level: "Read", users: ["westRep"], accounts: ["acme"] } },
      records: { acme },
    },
    shareTable: [acmeRow, territoryRow],
    answers: { acme: { read: ["rep"], none: ["westRep"] } },
  },
  {
    title: "territories whose model cannot be read open nothing to anybody",
    sources: [documents.territory],
    note: "The state of the model decides; the service hides and reports.",
    facts: { roles, users: people, territories, records: { acme }, unreadable: ["Territory2Model"] },
    shareTable: [acmeRow, territoryRow],
    answers: {
      acme: { read: ["rep"], hidden: ["westRep", "countryRep"], none: ["other", "coastRep", "eastRep"] },
    },
  },
  {
    title: "an inactive association with a territory opens nothing",
    sources: [documents.territory],
    unconfirmed: true,
    note: "The effect of UserTerritory2Association.IsActive on access is not documented. Chosen: deny.",
    facts: {
      roles,
      users: { rep: { role: "sellers" }, westRep: {}, formerRep: {} },
      territories: { west: { level: "Read", users: ["westRep"], inactiveUsers: ["formerRep"], accounts: ["acme"] } },
      records: { acme },
    },
    shareTable: [acmeRow, { on: "acme", to: "Territory:west", cause: "Territory2AssociationManual", level: "Read" }],
    answers: { acme: { read: ["rep", "westRep"], none: ["formerRep"] } },
  },
  {
    title: "roles above the users of a territory gain nothing from the territory",
    sources: [documents.territoryAccess],
    unconfirmed: true,
    note: "The documents name the territory hierarchy and leave the role hierarchy above territory users open. Chosen: deny.",
    facts: {
      roles: { sellers: {}, heads: {}, field: { parent: "heads" } },
      users: { rep: { role: "sellers" }, westRep: { role: "field" }, head: { role: "heads" } },
      territories: { west: { level: "Read", users: ["westRep"], accounts: ["acme"] } },
      records: { acme },
    },
    shareTable: [acmeRow, { on: "acme", to: "Territory:west", cause: "Territory2AssociationManual", level: "Read" }],
    answers: { acme: { read: ["rep", "westRep"], none: ["head"] } },
  },
  {
    title: "a share to a territory reaches its users and the territories above",
    sources: [documents.accessGrants, documents.group, documents.territoryAccess],
    facts: {
      roles,
      users: people,
      territories: { country, west, coast, east },
      records: { lead: { object: "Lead", owner: "other" } },
      sharing: [{ on: "lead", to: "Territory:west", cause: "Rule", level: "Read" }],
    },
    shareTable: [
      { on: "lead", to: "other", cause: "Owner", level: "All" },
      { on: "lead", to: "Territory:west", cause: "Rule", level: "Read" },
    ],
    answers: { lead: { read: ["other", "westRep", "countryRep"], none: ["rep", "coastRep", "eastRep"] } },
  },
  {
    title: "a share to a territory and its subordinates also reaches the territories below",
    sources: [documents.accessGrants, documents.group, documents.territoryAccess],
    facts: {
      roles,
      users: people,
      territories: { country, west, coast, east },
      records: { lead: { object: "Lead", owner: "other" } },
      sharing: [{ on: "lead", to: "TerritoryAndSubordinates:west", cause: "Rule", level: "Read" }],
    },
    shareTable: [
      { on: "lead", to: "other", cause: "Owner", level: "All" },
      { on: "lead", to: "TerritoryAndSubordinates:west", cause: "Rule", level: "Read" },
    ],
    answers: { lead: { read: ["other", "westRep", "countryRep", "coastRep"], none: ["rep", "eastRep"] } },
  },
];
