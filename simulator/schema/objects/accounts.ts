import { defineObject } from "../define-object.ts";

// Field names, types and lengths: Object Reference for the Salesforce Platform, "Account", "Contact". Account has the fields of person
// accounts, which are enabled in the org.

const industries =
  "Agriculture|Apparel|Banking|Biotechnology|Chemicals|Communications|Construction|Consulting|Education|Electronics|Energy|Engineering|Entertainment|Environmental|Finance|Food & Beverage|Government|Healthcare|Hospitality|Insurance|Machinery|Manufacturing|Media|Not For Profit|Recreation|Retail|Shipping|Technology|Telecommunications|Transportation|Utilities|Other";
const leadSources = "Web|Phone Inquiry|Partner Referral|Purchased List|Other";
const salutations = "Mr.|Ms.|Mrs.|Dr.|Prof.|Mx.";

/** Picklist values that several objects share. */
export const sharedPicklists = { industries, leadSources, salutations };

const account = defineObject("Account", {
  prefix: "001",
  traits: "search feed merge",
  sharing: "Private",
  fields: `
    MasterRecordId: reference(Account) rel=MasterRecord keep readonly system
    Name: string(255) name required
    LastName: string(80)
    FirstName: string(40)
    Salutation: picklist(${salutations})
    Type: picklist(Prospect|Customer - Direct|Customer - Channel|Channel Partner / Reseller|Installation Partner|Technology Partner|Other)
    RecordTypeId: reference(RecordType) rel=RecordType keep
    ParentId: reference(Account) rel=Parent children=ChildAccounts
    BillingAddress: address
    ShippingAddress: address
    Phone: phone
    Fax: phone
    AccountNumber: string(40)
    Website: url
    PhotoUrl: url readonly derived='/services/images/photo/' || "Id"
    Sic: string(20)
    Industry: picklist(${industries})
    AnnualRevenue: currency(18,0)
    NumberOfEmployees: int
    Ownership: picklist(Public|Private|Subsidiary|Other)
    TickerSymbol: string(20)
    Description: textarea(32000)
    Rating: picklist(Hot|Warm|Cold)
    Site: string(80)
    OwnerId: reference(User) rel=Owner keep required
    LastActivityDate: date readonly
    LastViewedDate: datetime readonly system
    LastReferencedDate: datetime readonly system
    IsPersonAccount: boolean readonly system
    PersonContactId: reference(Contact) rel=PersonContact keep readonly system
    PersonMailingAddress: address
    PersonMobilePhone: phone
    PersonHomePhone: phone
    PersonEmail: email
    PersonTitle: string(80)
    PersonDepartment: string(80)
    PersonBirthdate: date
    PersonLeadSource: picklist(${leadSources})
    Jigsaw: string(20)
    JigsawCompanyId: string(20) readonly
    AccountSource: picklist(${leadSources})
    SicDesc: string(80)
    NaicsCode: string(8)
    NaicsDesc: string(120)
    YearStarted: string(4)
    Tradestyle: string(255)
    DunsNumber: string(9)
    CustomerPriority__c: picklist(High|Medium|Low)
    ERP_Number__c: string(20) external unique case
    SLA__c: picklist(Gold|Silver|Platinum|Bronze)
    SLAExpirationDate__c: date
    Upsell_Opportunity__c: picklist(Maybe|No|Yes)
    Regions__c: multipicklist(North America|Latin America|Europe|Middle East|Africa|Asia|Oceania)
    NumberofLocations__c: double(3,0)
    Loyalty_Number__pc: string(30)`,
});

const contact = defineObject("Contact", {
  prefix: "003",
  traits: "search feed merge",
  sharing: "ControlledByParent",
  fields: `
    MasterRecordId: reference(Contact) rel=MasterRecord keep readonly system
    AccountId: reference(Account) rel=Account children=Contacts cascade
    LastName: string(80) required
    FirstName: string(40)
    Salutation: picklist(${salutations})
    Name: string(121) name readonly derived=trim(coalesce("FirstName" || ' ', '') || coalesce("LastName", ''))
    RecordTypeId: reference(RecordType) rel=RecordType keep
    OtherAddress: address
    MailingAddress: address
    Phone: phone
    Fax: phone
    MobilePhone: phone
    HomePhone: phone
    OtherPhone: phone
    AssistantPhone: phone
    ReportsToId: reference(Contact) rel=ReportsTo children=ContactReportsTo
    Email: email
    Title: string(128)
    Department: string(80)
    AssistantName: string(40)
    LeadSource: picklist(${leadSources})
    Birthdate: date
    Description: textarea(32000)
    OwnerId: reference(User) rel=Owner keep required
    HasOptedOutOfEmail: boolean
    DoNotCall: boolean
    LastActivityDate: date readonly
    LastCURequestDate: datetime readonly system
    LastCUUpdateDate: datetime readonly system
    LastViewedDate: datetime readonly system
    LastReferencedDate: datetime readonly system
    EmailBouncedReason: string(255)
    EmailBouncedDate: datetime
    IsEmailBounced: boolean readonly derived="EmailBouncedDate" IS NOT NULL
    PhotoUrl: url readonly derived='/services/images/photo/' || "Id"
    Jigsaw: string(20)
    JigsawContactId: string(20) readonly
    IndividualId: string(18)
    IsPersonAccount: boolean readonly system
    Level__c: picklist(Secondary|Tertiary|Primary)
    Languages__c: string(100)`,
});

export const accountObjects = [account, contact];
