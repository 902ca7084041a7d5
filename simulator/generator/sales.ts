import { drawProse } from "../content/prose.ts";
import type { Random } from "../core/random.ts";
import { sharedPicklists } from "../schema/objects/accounts.ts";
import { stages } from "../schema/objects/sales.ts";
import { placeholdersOf, type Customers, drawAuthors, drawOwner } from "./accounts.ts";
import type { Groups } from "./groups.ts";
import { dayText, drawStamps, type OrgBuilder, type Value } from "./org-builder.ts";
import type { People } from "./people.ts";
import { asciiWord, drawCompany, drawLanguage, drawProduct } from "./pools.ts";

const leadSources = sharedPicklists.leadSources.split("|");
const industries = sharedPicklists.industries.split("|");
const campaignTypes = ["Conference", "Webinar", "Trade Show", "Email", "Partners", "Advertisement"];

export function writeSales(
  org: OrgBuilder,
  people: People,
  { customers, groups }: { customers: Customers; groups: Groups },
): void {
  writeProducts(org);
  writeCampaigns(org, people);
  writeOpportunities(org, people, customers);
  writeLeads(org, people, { customers, groups });
  writeMembers(org);
  writeContracts(org, people, customers);
}

function writeProducts(org: OrgBuilder): void {
  const random = org.random("products");
  const count = Math.max(8, Math.min(200, Math.round(org.counts.accounts / 20)));
  for (let index = 0; index < count; index += 1) {
    const name = drawProduct(random);
    org.table("Product2").add({
      ...drawStamps(random),
      Name: name,
      ProductCode: `P-${String(1000 + index)}`,
      Description: `${name}: ${drawProse(random, "en", { count: 2, placeholders: { company: "a customer", person: "Our engineer", product: name, city: "Berlin" } })}`,
      IsActive: random.chance(0.9) ? 1 : 0,
      Family: random.pick(["Hardware", "Software", "Services"]),
      ExternalId: `EXT-${index}`,
      StockKeepingUnit: `SKU${index}`,
    });
  }
}

function writeCampaigns(org: OrgBuilder, people: People): void {
  const random = org.random("campaigns");
  const table = org.table("Campaign");
  for (let index = 0; index < org.counts.campaigns; index += 1) {
    const stamps = drawStamps(random);
    const type = random.pick(campaignTypes);
    const city = random.pick(org.pools.de.cities);
    const start = stamps.CreatedDate + random.below(120) * 86_400_000;
    table.add({
      ...stamps,
      ...drawAuthors(random, people),
      Name: `${type} ${city} ${new Date(start).getUTCFullYear()}`.slice(0, 80),
      ParentId: index > 3 && random.chance(0.2) ? table.idAt(random.below(index)) : null,
      Type: type,
      Status: random.pick(["Planned", "In Progress", "Completed", "Aborted"]),
      StartDate: dayText(start),
      EndDate: dayText(start + random.below(30) * 86_400_000),
      ExpectedRevenue: random.maybe(0.5, () => random.between(5, 900) * 1000),
      BudgetedCost: random.maybe(0.6, () => random.between(1, 90) * 500),
      ExpectedResponse: random.maybe(0.4, () => random.between(1, 60)),
      NumberSent: random.between(0, 20_000),
      IsActive: random.chance(0.4) ? 1 : 0,
      Description: drawProse(random, "en", {
        count: 2,
        placeholders: placeholdersOf(random, org, { company: "Every visitor", language: "en" }),
      }),
      OwnerId: drawOwner(random, people).id,
    });
  }
}

function writeOpportunities(org: OrgBuilder, people: People, customers: Customers): void {
  const random = org.random("opportunities");
  for (let index = 0; index < org.counts.opportunities; index += 1) {
    const account = customers.living(random.skewed(org.counts.accounts, 1.5));
    const language = customers.languages[account] ?? "en";
    const company = customers.accountNames[account] ?? "";
    const product = drawProduct(random);
    const stage = random.pick(stages);
    const stamps = drawStamps(random);
    org.table("Opportunity").add({
      ...stamps,
      ...drawAuthors(random, people),
      AccountId: random.chance(0.98) ? org.table("Account").idAt(account) : null,
      Name: `${company.slice(0, 70)} - ${product}`,
      Description: random.maybe(0.9, () =>
        drawProse(random, language, {
          count: random.between(1, 4),
          placeholders: { ...placeholdersOf(random, org, { company, language }), product },
        }),
      ),
      // The third and fourth record types belong to opportunities.
      RecordTypeId: random.maybe(0.7, () => org.table("RecordType").idAt(2 + random.below(2))),
      StageName: stage.name,
      Probability: stage.probability,
      Amount: random.maybe(
        0.9,
        () => random.between(1, 100_000) * (random.chance(0.1) ? 100 : 10) + (random.chance(0.2) ? 0.5 : 0),
      ),
      CloseDate: dayText(stamps.CreatedDate + random.between(10, 400) * 86_400_000),
      Type: random.maybe(0.8, () =>
        random.pick(["New Customer", "Existing Customer - Upgrade", "Existing Customer - Replacement"]),
      ),
      NextStep: random.maybe(0.3, () => "Send revised quote"),
      LeadSource: random.maybe(0.5, () => random.pick(leadSources)),
      CampaignId: random.chance(0.15) ? org.table("Campaign").idAt(random.below(org.counts.campaigns)) : null,
      OwnerId: drawOwner(random, people).id,
      IsPrivate: index > 4 && random.chance(0.02) ? 1 : 0,
      IsDeleted: index > 4 && random.chance(0.006) ? 1 : 0,
      TrackingNumber__c: random.maybe(0.2, () => `T${random.between(10_000, 99_999)}`),
    });
  }
}

function writeLeads(
  org: OrgBuilder,
  people: People,
  { customers, groups }: { customers: Customers; groups: Groups },
): void {
  const random = org.random("leads");
  for (let index = 0; index < org.counts.leads; index += 1) {
    const language = drawLanguage(random);
    const { first, last } = org.pools[language];
    const names = { FirstName: random.pick(first), LastName: random.pick(last) };
    const company = drawCompany(random, org.pools, language);
    const converted = random.chance(0.18);
    org.table("Lead").add({
      ...drawStamps(random),
      ...drawAuthors(random, people),
      ...names,
      Salutation: random.maybe(0.5, () => random.pick(["Mr.", "Ms.", "Dr."])),
      Title: random.maybe(0.7, () => random.pick(["Buyer", "Engineer", "Owner", "Consultant"])),
      Company: company,
      City: random.maybe(0.6, () => random.pick(org.pools[language].cities).slice(0, 40)),
      Country: org.pools[language].country,
      Phone: random.maybe(0.7, () => `+49 ${random.between(100, 999)} ${random.between(10_000, 999_999)}`),
      Email: random.maybe(0.9, () => `${asciiWord(names.FirstName)}.${asciiWord(names.LastName)}@prospect.example`),
      Website: random.maybe(0.4, () => `https://${asciiWord(company).slice(0, 24)}.example`),
      Description: random.maybe(0.85, () =>
        drawProse(random, language, {
          count: random.between(1, 4),
          placeholders: placeholdersOf(random, org, { company, language }),
        }),
      ),
      LeadSource: random.maybe(0.8, () => random.pick(leadSources)),
      Industry: random.maybe(0.6, () => random.pick(industries)),
      Rating: random.maybe(0.5, () => random.pick(["Hot", "Warm", "Cold"])),
      NumberOfEmployees: random.maybe(0.4, () => random.between(1, 5000)),
      OwnerId: random.chance(0.2) ? random.pick(groups.queues) : drawOwner(random, people).id,
      ...(converted
        ? conversion(random, org, customers)
        : { Status: random.pick(["Open - Not Contacted", "Working - Contacted", "Closed - Not Converted"]) }),
      IsDeleted: index > 4 && random.chance(0.006) ? 1 : 0,
      ProductInterest__c: random.maybe(0.3, () => "GC1000 series"),
    });
  }
}

/** A converted lead refers to an account, a contact and sometimes an opportunity. */
function conversion(random: Random, org: OrgBuilder, customers: Customers): Record<string, Value> {
  const contact = random.below(org.counts.contacts);
  const account = Math.max(0, customers.accountOfContact[contact] ?? 0);
  return {
    Status: "Closed - Converted",
    IsConverted: 1,
    ConvertedDate: dayText(Date.UTC(2024, 0, 1) + random.below(700) * 86_400_000),
    ConvertedAccountId: org.table("Account").idAt(account),
    ConvertedContactId: org.table("Contact").idAt(contact),
    ConvertedOpportunityId: random.chance(0.6)
      ? org.table("Opportunity").idAt(random.below(org.counts.opportunities))
      : null,
  };
}

function writeMembers(org: OrgBuilder): void {
  const random = org.random("members");
  const count = Math.round(org.counts.contacts / 20);
  for (let index = 0; index < count; index += 1) {
    const stamps = drawStamps(random);
    const lead = random.chance(0.4);
    org.table("CampaignMember").add({
      ...stamps,
      CampaignId: org.table("Campaign").idAt(random.skewed(org.counts.campaigns)),
      LeadId: lead ? org.table("Lead").idAt(random.below(org.counts.leads)) : null,
      ContactId: lead ? null : org.table("Contact").idAt(random.below(org.counts.contacts)),
      Status: random.pick(["Sent", "Responded"]),
    });
  }
}

function writeContracts(org: OrgBuilder, people: People, customers: Customers): void {
  const random = org.random("contracts");
  const count = Math.max(3, Math.round(org.counts.accounts / 40));
  for (let index = 0; index < count; index += 1) {
    const stamps = drawStamps(random);
    const account = customers.living(random.skewed(org.counts.accounts));
    org.table("Contract").add({
      ...stamps,
      ...drawAuthors(random, people),
      AccountId: org.table("Account").idAt(account),
      StartDate: dayText(stamps.CreatedDate),
      ContractTerm: random.pick([12, 24, 36]),
      Status: random.pick(["Draft", "Activated", "In Approval Process"]),
      OwnerId: customers.accountOwners[account] ?? null,
      ContractNumber: String(index + 1).padStart(8, "0"),
      Description: drawProse(random, "en", {
        count: 3,
        placeholders: placeholdersOf(random, org, { company: customers.accountNames[account] ?? "", language: "en" }),
      }),
    });
  }
}
