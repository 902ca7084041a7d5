import { defineObject } from "../define-object.ts";
import { sharedPicklists } from "./accounts.ts";

// Field names, types and lengths: Object Reference for the Salesforce Platform, the page of each object.

/** A stage of an opportunity, with the values that Salesforce derives from it. */
interface Stage {
  readonly name: string;
  readonly probability: number;
  readonly forecast: "Pipeline" | "BestCase" | "Closed" | "Omitted";
  readonly forecastName: string;
}

/** The default stages of a new org. */
export const stages: readonly Stage[] = [
  { name: "Prospecting", probability: 10, forecast: "Pipeline", forecastName: "Pipeline" },
  { name: "Qualification", probability: 10, forecast: "Pipeline", forecastName: "Pipeline" },
  { name: "Needs Analysis", probability: 20, forecast: "Pipeline", forecastName: "Pipeline" },
  { name: "Value Proposition", probability: 50, forecast: "Pipeline", forecastName: "Pipeline" },
  { name: "Id. Decision Makers", probability: 60, forecast: "Pipeline", forecastName: "Pipeline" },
  { name: "Perception Analysis", probability: 70, forecast: "Pipeline", forecastName: "Pipeline" },
  { name: "Proposal/Price Quote", probability: 75, forecast: "BestCase", forecastName: "Best Case" },
  { name: "Negotiation/Review", probability: 90, forecast: "BestCase", forecastName: "Best Case" },
  { name: "Closed Won", probability: 100, forecast: "Closed", forecastName: "Closed" },
  { name: "Closed Lost", probability: 0, forecast: "Omitted", forecastName: "Omitted" },
];

const stageNames = stages.map(({ name }) => name).join("|");
const cases = (pick: (stage: Stage) => string) =>
  `CASE "StageName" ${stages.map((stage) => `WHEN '${stage.name}' THEN '${pick(stage)}'`).join(" ")} ELSE 'Pipeline' END`;

const opportunity = defineObject("Opportunity", {
  prefix: "006",
  plural: "Opportunities",
  traits: "search feed",
  sharing: "Private",
  fields: `
    AccountId: reference(Account) rel=Account children=Opportunities cascade
    RecordTypeId: reference(RecordType) rel=RecordType keep
    IsPrivate: boolean
    Name: string(120) name required
    Description: textarea(32000)
    StageName: picklist(${stageNames}) required
    Amount: currency(18,2)
    Probability: percent(3,0)
    ExpectedRevenue: currency(18,2) readonly derived="Amount" * "Probability" / 100.0
    TotalOpportunityQuantity: double(18,2)
    CloseDate: date required
    Type: picklist(Existing Customer - Upgrade|Existing Customer - Replacement|Existing Customer - Downgrade|New Customer)
    NextStep: string(255)
    LeadSource: picklist(${sharedPicklists.leadSources})
    IsClosed: boolean readonly derived="StageName" IN ('Closed Won', 'Closed Lost')
    IsWon: boolean readonly derived="StageName" = 'Closed Won'
    ForecastCategory: picklist(Omitted|Pipeline|BestCase|Forecast|Closed) readonly derived=${cases((stage) => stage.forecast)}
    ForecastCategoryName: picklist(Omitted|Pipeline|Best Case|Commit|Closed) readonly derived=${cases((stage) => stage.forecastName)}
    CampaignId: reference(Campaign) rel=Campaign children=Opportunities
    Pricebook2Id: reference(Pricebook2) rel=Pricebook2 children=Opportunities keep
    HasOpportunityLineItem: boolean readonly system formula=(SELECT count(*) > 0 FROM "OpportunityLineItem" l WHERE l."OpportunityId" = {Id} AND l."IsDeleted" = 0)
    OwnerId: reference(User) rel=Owner keep required
    LastActivityDate: date readonly
    PushCount: int readonly
    LastStageChangeDate: datetime readonly
    ContactId: reference(Contact) rel=Contact once
    ContractId: reference(Contract) rel=Contract children=Opportunities
    LastViewedDate: datetime readonly system
    LastReferencedDate: datetime readonly system
    DeliveryInstallationStatus__c: picklist(In progress|Yet to begin|Completed)
    TrackingNumber__c: string(12)
    MainCompetitors__c: string(100)`,
});

const lead = defineObject("Lead", {
  prefix: "00Q",
  traits: "search feed merge",
  sharing: "ReadWriteTransfer",
  fields: `
    MasterRecordId: reference(Lead) rel=MasterRecord keep readonly system
    LastName: string(80) required
    FirstName: string(40)
    Salutation: picklist(${sharedPicklists.salutations})
    Name: string(121) name readonly derived=trim(coalesce("FirstName" || ' ', '') || coalesce("LastName", ''))
    RecordTypeId: reference(RecordType) rel=RecordType keep
    Title: string(128)
    Company: string(255) required
    Address: address
    Phone: phone
    MobilePhone: phone
    Fax: phone
    Email: email
    Website: url
    PhotoUrl: url readonly derived='/services/images/photo/' || "Id"
    Description: textarea(32000)
    LeadSource: picklist(${sharedPicklists.leadSources})
    Status: picklist(Open - Not Contacted|Working - Contacted|Closed - Converted|Closed - Not Converted) required default=Open_-_Not_Contacted
    Industry: picklist(${sharedPicklists.industries})
    Rating: picklist(Hot|Warm|Cold)
    AnnualRevenue: currency(18,0)
    NumberOfEmployees: int
    OwnerId: reference(Group,User) rel=Owner keep required
    HasOptedOutOfEmail: boolean
    IsConverted: boolean
    ConvertedDate: date readonly
    ConvertedAccountId: reference(Account) rel=ConvertedAccount keep readonly
    ConvertedContactId: reference(Contact) rel=ConvertedContact keep readonly
    ConvertedOpportunityId: reference(Opportunity) rel=ConvertedOpportunity keep readonly
    IsUnreadByOwner: boolean
    DoNotCall: boolean
    LastActivityDate: date readonly
    LastViewedDate: datetime readonly system
    LastReferencedDate: datetime readonly system
    Jigsaw: string(20)
    JigsawContactId: string(20) readonly
    CompanyDunsNumber: string(9)
    EmailBouncedReason: string(255)
    EmailBouncedDate: datetime
    SICCode__c: string(15)
    ProductInterest__c: picklist(GC1000 series|GC5000 series|GC3000 series)
    Primary__c: picklist(No|Yes)
    CurrentGenerators__c: string(100)
    NumberofLocations__c: double(3,0)`,
});

const campaign = defineObject("Campaign", {
  prefix: "701",
  traits: "search feed",
  sharing: "Read",
  fields: `
    Name: string(80) name required
    ParentId: reference(Campaign) rel=Parent children=ChildCampaigns
    Type: picklist(Conference|Webinar|Trade Show|Public Relations|Partners|Referral Program|Advertisement|Banner Ads|Direct Mail|Email|Telemarketing|Other)
    RecordTypeId: reference(RecordType) rel=RecordType keep
    Status: picklist(Planned|In Progress|Completed|Aborted) default=Planned
    StartDate: date
    EndDate: date
    ExpectedRevenue: currency(18,0)
    BudgetedCost: currency(18,0)
    ActualCost: currency(18,0)
    ExpectedResponse: percent(10,2)
    NumberSent: double(18,0)
    IsActive: boolean
    Description: textarea(32000)
    NumberOfLeads: int readonly
    NumberOfConvertedLeads: int readonly
    NumberOfContacts: int readonly
    NumberOfResponses: int readonly
    NumberOfOpportunities: int formula=(SELECT count(*) FROM "Opportunity" o WHERE o."CampaignId" = {Id} AND o."IsDeleted" = 0)
    AmountAllOpportunities: currency(18,0) formula=(SELECT coalesce(sum(o."Amount"), 0.0) FROM "Opportunity" o WHERE o."CampaignId" = {Id} AND o."IsDeleted" = 0)
    OwnerId: reference(User) rel=Owner keep required
    LastActivityDate: date readonly
    LastViewedDate: datetime readonly system
    LastReferencedDate: datetime readonly system`,
});

const campaignMember = defineObject("CampaignMember", {
  prefix: "00v",
  access: "parent:Campaign",
  sharing: "ControlledByCampaign",
  fields: `
    CampaignId: reference(Campaign) rel=Campaign children=CampaignMembers cascade required once
    LeadId: reference(Lead) rel=Lead children=CampaignMembers cascade once
    ContactId: reference(Contact) rel=Contact children=CampaignMembers cascade once
    LeadOrContactId: reference(Contact,Lead) rel=LeadOrContact keep readonly derived=coalesce("ContactId", "LeadId")
    Status: picklist(Sent|Responded) default=Sent
    HasResponded: boolean readonly derived="Status" = 'Responded'
    FirstRespondedDate: date readonly`,
});

const product = defineObject("Product2", {
  prefix: "01t",
  label: "Product",
  traits: "search feed",
  fields: `
    Name: string(255) name required
    ProductCode: string(255)
    Description: textarea(4000)
    IsActive: boolean
    Family: picklist(None|Hardware|Software|Services)
    ExternalId: string(255) external
    DisplayUrl: url
    QuantityUnitOfMeasure: picklist(Each|Box|Hour)
    IsArchived: boolean readonly system
    StockKeepingUnit: string(180)
    LastViewedDate: datetime readonly system
    LastReferencedDate: datetime readonly system`,
});

const contract = defineObject("Contract", {
  prefix: "800",
  traits: "search feed",
  sharing: "Private",
  fields: `
    AccountId: reference(Account) rel=Account children=Contracts cascade required
    OwnerExpirationNotice: picklist(15|30|45|60|90|120)
    StartDate: date
    EndDate: date
    BillingAddress: address
    ContractTerm: int
    OwnerId: reference(User) rel=Owner keep required
    Status: picklist(In Approval Process|Activated|Draft) required default=Draft
    CompanySignedDate: date
    CustomerSignedId: reference(Contact) rel=CustomerSigned
    CustomerSignedTitle: string(40)
    CustomerSignedDate: date
    SpecialTerms: textarea(4000)
    StatusCode: picklist(Draft|InApproval|Activated) readonly derived=CASE "Status" WHEN 'Activated' THEN 'Activated' WHEN 'Draft' THEN 'Draft' ELSE 'InApproval' END
    Description: textarea(32000)
    Name: string(80)
    ContractNumber: string(30) name readonly number=%08d
    LastActivityDate: date readonly`,
});

const opportunityTeamMember = defineObject("OpportunityTeamMember", {
  prefix: "00q",
  access: "parent:Opportunity",
  sharing: "ControlledByParent",
  fields: `
    OpportunityId: reference(Opportunity) rel=Opportunity children=OpportunityTeamMembers cascade required once
    UserId: reference(User) rel=User keep required once
    Name: string(361) name readonly formula=(SELECT u."Name" FROM "User" u WHERE u."Id" = {UserId})
    TeamMemberRole: picklist(Account Manager|Sales Rep|Sales Manager|Pre-Sales Consultant|Executive Sponsor|Channel Manager|Lead Qualifier)
    OpportunityAccessLevel: picklist(None|Read|Edit|All)`,
});

const accountTeamMember = defineObject("AccountTeamMember", {
  prefix: "01M",
  access: "parent:Account",
  sharing: "ControlledByParent",
  fields: `
    AccountId: reference(Account) rel=Account children=AccountTeamMembers cascade required once
    UserId: reference(User) rel=User keep required once
    TeamMemberRole: picklist(Account Manager|Sales Rep|Sales Manager|Pre-Sales Consultant|Executive Sponsor|Channel Manager|Lead Qualifier)
    AccountAccessLevel: picklist(None|Read|Edit|All)
    OpportunityAccessLevel: picklist(None|Read|Edit|All)
    CaseAccessLevel: picklist(None|Read|Edit|All)
    ContactAccessLevel: picklist(None|Read|Edit|All)`,
});

export const salesObjects = [
  opportunity,
  lead,
  campaign,
  campaignMember,
  product,
  contract,
  opportunityTeamMember,
  accountTeamMember,
];
