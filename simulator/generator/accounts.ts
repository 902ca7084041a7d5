import { type Placeholders, drawProse, type Language } from "../content/prose.ts";
import type { Random } from "../core/random.ts";
import { sharedPicklists } from "../schema/objects/accounts.ts";
import { dayText, drawStamps, lastDay, type OrgBuilder, type Value } from "./org-builder.ts";
import type { People, Person } from "./people.ts";
import { asciiWord, drawCompany, drawLanguage, drawProduct } from "./pools.ts";
import type { RecordTypes } from "./setup.ts";

/** The accounts and contacts that other parts of the generator refer to. */
export interface Customers {
  readonly accountNames: readonly string[];
  readonly accountOwners: readonly string[];
  readonly languages: readonly Language[];
  /** Returns the account's index, or that of another account if it is deleted, because deleted accounts have no live records. */
  readonly living: (account: number) => number;
  readonly contacts: readonly ContactFacts[];
  /** For each contact, the index of its account, or -1. */
  readonly accountOfContact: Int32Array;
}

interface ContactFacts {
  readonly name: string;
  readonly email: string;
}

const industries = sharedPicklists.industries.split("|");
const leadSources = sharedPicklists.leadSources.split("|");
const salutations = sharedPicklists.salutations.split("|");

/** The owner of a record: mostly active staff, sometimes a former employee. */
export function drawOwner(random: Random, { staff, former }: People): Person {
  return former.length > 0 && random.chance(0.04) ? random.pick(former) : random.pick(staff);
}

export function drawAuthors(random: Random, people: People): { CreatedById: string; LastModifiedById: string } {
  return { CreatedById: drawOwner(random, people).id, LastModifiedById: random.pick(people.staff).id };
}

export function placeholdersOf(
  random: Random,
  org: OrgBuilder,
  { company, language }: { company: string; language: Language },
): Placeholders {
  const { first, last, cities } = org.pools[language];
  return {
    company,
    person: `${random.pick(first)} ${random.pick(last)}`,
    product: drawProduct(random),
    city: random.pick(cities),
  };
}

/** Writes accounts and their contacts. One account has most of the contacts; some are person accounts, some are merged or deleted. */
export function writeCustomers(org: OrgBuilder, people: People, recordTypes: RecordTypes): Customers {
  const accounts = writeAccounts(org, people, recordTypes);
  return { ...accounts, ...writeContacts(org, people, accounts) };
}

function writeAccounts(
  org: OrgBuilder,
  people: People,
  recordTypes: RecordTypes,
): Pick<Customers, "accountNames" | "accountOwners" | "languages" | "living"> {
  const random = org.random("accounts");
  const deletions: boolean[] = [];
  const table = org.table("Account");
  const accountNames: string[] = [];
  const accountOwners: string[] = [];
  const languages: Language[] = [];
  let longest: string | undefined;
  for (let index = 0; index < org.counts.accounts; index += 1) {
    const language = drawLanguage(random);
    const owner = drawOwner(random, people).id;
    // A few companies have a name of the maximum length. If the record is a person account, the next company gets the name.
    const long = index % 997 === 5 ? longName(random, org) : undefined;
    longest = long ?? longest;
    const company = long ?? drawCompany(random, org.pools, language);
    const person = index > 2 && random.chance(0.04);
    const account = { index, language, owner, name: person ? company : (longest ?? company) };
    if (!person) longest = undefined;
    const values = person ? personAccount(random, org, recordTypes) : businessAccount(random, org, account);
    const business = random.chance(0.5) ? (recordTypes.get("Account.Business") ?? null) : null;
    const parent = index > 10 && random.chance(0.08) ? table.idAt(random.skewed(index)) : null;
    const removal = deletion(random, index, table.idAt(0));
    deletions.push(removal["IsDeleted"] === 1);
    table.add({
      ...drawStamps(random),
      ...drawAuthors(random, people),
      OwnerId: owner,
      ParentId: person ? null : parent,
      RecordTypeId: business,
      ...values,
      ...removal,
    });
    accountNames.push(String(values["Name"]));
    accountOwners.push(owner);
    languages.push(language);
  }
  // The first eight accounts are never deleted.
  const living = (account: number): number => (deletions[account] === true ? living(account - 1) : account);
  return { accountNames, accountOwners, languages, living };
}

/** A few records are deleted, some of them by a merge. */
function deletion(random: Random, index: number, masterId: string): Record<string, Value> {
  if (index < 8 || !random.chance(0.006)) return {};
  return { IsDeleted: 1, MasterRecordId: random.chance(0.4) ? masterId : null };
}

function longName(random: Random, org: OrgBuilder): string {
  let name = "United";
  while (name.length < 255) name += ` ${random.pick(org.pools.en.last)}`;
  return name.slice(0, 255);
}

function addressOf(
  random: Random,
  org: OrgBuilder,
  { prefix, language }: { prefix: string; language: Language },
): Record<string, Value> {
  const { last, cities, country } = org.pools[language];
  return {
    [`${prefix}Street`]: `${random.pick(last)}${language === "en" ? " Street" : "straße"} ${random.between(1, 240)}`,
    [`${prefix}City`]: random.pick(cities).slice(0, 40),
    [`${prefix}PostalCode`]: String(random.between(10_000, 99_999)),
    [`${prefix}Country`]: country,
    [`${prefix}Latitude`]: Math.round(random.next() * 1_000_000) / 10_000 - 40,
    [`${prefix}Longitude`]: Math.round(random.next() * 3_600_000) / 10_000 - 180,
  };
}

function phone(random: Random): string {
  return `+${random.between(1, 98)} ${random.between(100, 999)} ${random.between(100_000, 9_999_999)}`;
}

interface AccountDraw {
  readonly index: number;
  readonly language: Language;
  readonly name: string;
}

function businessAccount(
  random: Random,
  org: OrgBuilder,
  { index, language, name }: AccountDraw,
): Record<string, Value> {
  const domain = `${asciiWord(name).slice(0, 24)}.example`;
  return {
    Name: name,
    Type: random.maybe(0.9, () =>
      random.pick(["Prospect", "Customer - Direct", "Customer - Channel", "Technology Partner"]),
    ),
    ...addressOf(random, org, { prefix: "Billing", language }),
    ...(random.chance(0.3) ? addressOf(random, org, { prefix: "Shipping", language }) : {}),
    Phone: random.maybe(0.9, () => phone(random)),
    AccountNumber: `CD${String(100_000 + index)}`,
    Website: random.maybe(0.85, () => `https://www.${domain}`),
    Industry: random.maybe(0.85, () => random.pick(industries)),
    AnnualRevenue: random.maybe(0.6, () => random.skewed(5_000_000, 3) * 1000),
    NumberOfEmployees: random.maybe(0.7, () => 1 + random.skewed(90_000, 4)),
    Ownership: random.maybe(0.5, () => random.pick(["Public", "Private", "Subsidiary", "Other"])),
    Description: random.maybe(0.9, () => aboutCompany(random, org, { company: name, language, index })),
    Rating: random.maybe(0.5, () => random.pick(["Hot", "Warm", "Cold"])),
    AccountSource: random.maybe(0.4, () => random.pick(leadSources)),
    YearStarted: random.maybe(0.4, () => String(random.between(1890, 2019))),
    LastActivityDate: random.maybe(0.5, () => dayText(lastDay - random.below(700) * 86_400_000)),
    CustomerPriority__c: random.maybe(0.5, () => random.pick(["High", "Medium", "Low"])),
    ERP_Number__c: `ERP-${String(index).padStart(7, "0")}`,
    SLA__c: random.maybe(0.5, () => random.pick(["Gold", "Silver", "Platinum", "Bronze"])),
    Regions__c: random.maybe(
      0.4,
      () => ["North America", "Europe", "Asia", "Africa"].filter(() => random.chance(0.5)).join(";") || "Europe",
    ),
    NumberofLocations__c: random.maybe(0.4, () => random.between(1, 40)),
  };
}

/** A few texts have the maximum length of the field. */
function aboutCompany(
  random: Random,
  org: OrgBuilder,
  { company, language, index }: { company: string; language: Language; index: number },
): string {
  const placeholders = placeholdersOf(random, org, { company, language });
  if (index % 499 === 7) return drawProse(random, language, { count: 320, placeholders }).slice(0, 32_000);
  return drawProse(random, language, { count: random.between(2, 5), placeholders });
}

function personAccount(random: Random, org: OrgBuilder, recordTypes: RecordTypes): Record<string, Value> {
  const { first, last } = org.pools.en;
  const names = { FirstName: random.pick(first), LastName: random.pick(last) };
  return {
    ...names,
    Name: `${names.FirstName} ${names.LastName}`,
    Salutation: random.pick(salutations),
    RecordTypeId: recordTypes.get("Account.PersonAccount") ?? null,
    IsPersonAccount: 1,
    PersonEmail: `${asciiWord(names.FirstName)}.${asciiWord(names.LastName)}@mail.example`,
    PersonMobilePhone: phone(random),
    PersonBirthdate: dayText(Date.UTC(1950 + random.below(50), random.below(12), 1 + random.below(28))),
    ...addressOf(random, org, { prefix: "Billing", language: "en" }),
    Loyalty_Number__pc: `L${random.between(10_000, 99_999)}`,
  };
}

const titles = [
  "Head of Purchasing",
  "Plant Manager",
  "Chief Financial Officer",
  "Service Coordinator",
  "Engineer",
  "Managing Director",
  "Office Manager",
  "Data Protection Officer",
];
const departments = ["Purchasing", "Production", "Finance", "Service", "Engineering", "Management"];

function writeContacts(
  org: OrgBuilder,
  people: People,
  { languages, living }: Pick<Customers, "languages" | "living">,
): Pick<Customers, "contacts" | "accountOfContact"> {
  const random = org.random("contacts");
  const table = org.table("Contact");
  const accounts = org.table("Account");
  const { contacts: count, largestAccount } = org.counts;
  const contacts: ContactFacts[] = [];
  const accountOfContact = new Int32Array(count);
  for (let index = 0; index < count; index += 1) {
    // The largest account has consecutive contacts, so that they fill more than one page.
    const ofLargest = index >= 2 && index < largestAccount + 2;
    // The last contact has no account, so that the smallest org has one without.
    const account = ofLargest
      ? 0
      : index === count - 1 || random.chance(0.03)
        ? -1
        : living(random.skewed(org.counts.accounts, 1.4));
    accountOfContact[index] = account;
    const language = languages[account] ?? "en";
    const first = random.pick(org.pools[language].first);
    const last = random.pick(org.pools[language].last);
    const email = `${asciiWord(first)}.${asciiWord(last)}${index}@customer.example`;
    table.add({
      ...drawStamps(random),
      ...drawAuthors(random, people),
      AccountId: account < 0 ? null : accounts.idAt(account),
      FirstName: random.chance(0.97) ? first : null,
      LastName: last,
      Salutation: random.maybe(0.6, () => random.pick(salutations)),
      Email: random.maybe(0.92, () => email),
      Phone: random.maybe(0.8, () => phone(random)),
      MobilePhone: random.maybe(0.4, () => phone(random)),
      Title: random.maybe(0.85, () => random.pick(titles)),
      Department: random.maybe(0.5, () => random.pick(departments)),
      LeadSource: random.maybe(0.5, () => random.pick(leadSources)),
      Birthdate: random.maybe(0.2, () =>
        dayText(Date.UTC(1950 + random.below(50), random.below(12), 1 + random.below(28))),
      ),
      Description: random.maybe(0.6, () =>
        drawProse(random, language, {
          count: random.between(1, 3),
          placeholders: { ...placeholdersOf(random, org, { company: last, language }), person: `${first} ${last}` },
        }),
      ),
      ...(random.chance(0.5) ? addressOf(random, org, { prefix: "Mailing", language }) : {}),
      ReportsToId: index > 20 && random.chance(0.1) ? table.idAt(random.below(index)) : null,
      OwnerId: drawOwner(random, people).id,
      HasOptedOutOfEmail: random.chance(0.08) ? 1 : 0,
      EmailBouncedDate: random.maybe(0.01, () => lastDay - random.below(300) * 86_400_000),
      Level__c: random.maybe(0.4, () => random.pick(["Primary", "Secondary", "Tertiary"])),
      // One of the first contacts is merged, so that the smallest org has one.
      ...(index === 9 ? { IsDeleted: 1, MasterRecordId: table.idAt(0) } : deletion(random, index, table.idAt(0))),
    });
    contacts.push({ name: `${first} ${last}`, email });
  }
  return { contacts, accountOfContact };
}
