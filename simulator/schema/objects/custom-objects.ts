import { defineObject } from "../define-object.ts";

// Custom objects with lookups and formulas, with two masters, with every custom field type and with 200 fields, and a custom setting, which
// contains settings instead of business data.

const project = defineObject("Project__c", {
  prefix: "a00",
  traits: "search feed",
  sharing: "Private",
  fields: `
    OwnerId: reference(Group,User) rel=Owner keep required
    Name: string(80) name required
    Account__c: reference(Account) rel=Account__r children=Projects__r
    Opportunity__c: reference(Opportunity) rel=Opportunity__r children=Projects__r
    Project_Lead__c: reference(User) rel=Project_Lead__r
    Status__c: picklist(Draft|Running|On hold|Done|Cancelled)
    Phases__c: multipicklist(Discovery|Design|Build|Test|Rollout|Care)
    Start_Date__c: date
    End_Date__c: date
    Budget__c: currency(16,2)
    Progress__c: percent(3,0)
    Summary__c: textarea(32768)
    Lessons__c: textarea(131072) html
    Project_Code__c: string(20) external unique
    Site__c: location
    Account_Industry__c: string(1300) formula=(SELECT a."Industry" FROM "Account" a WHERE a."Id" = {Account__c})
    Days_Planned__c: double(18,0) calculated readonly derived=CAST(julianday("End_Date__c") - julianday("Start_Date__c") AS REAL)`,
});

const milestone = defineObject("Milestone__c", {
  prefix: "a01",
  sharing: "ControlledByParent",
  traits: "search",
  fields: `
    Name: string(80) name readonly number=M-%06d
    Project__c: reference(Project__c) rel=Project__r children=Milestones__r master
    Account__c: reference(Account) rel=Account__r children=Milestones__r master
    Due_Date__c: date
    Reached__c: boolean
    Notes__c: textarea(4000)`,
});

const installation = defineObject("Installation__c", {
  prefix: "a02",
  traits: "search",
  sharing: "Read",
  fields: `
    OwnerId: reference(Group,User) rel=Owner keep required
    Name: string(80) name required
    Account__c: reference(Account) rel=Account__r children=Installations__r
    Product__c: reference(Product2) rel=Product__r children=Installations__r restrict
    Main_Contact__c: reference(Contact) rel=Main_Contact__r children=Installations__r
    Address__c: address
    Position__c: location
    Checked__c: boolean
    Serial_Number__c: string(40) external unique case
    Units__c: double(8,0)
    Rating__c: double(4,2)
    Price__c: currency(12,2)
    Discount__c: percent(5,2)
    Installed__c: date
    Last_Service__c: datetime
    Service_Time__c: time
    Mail__c: email
    Hotline__c: phone
    Manual__c: url
    Options__c: multipicklist(Backup power|Remote access|Noise hood|Extended range|Salt protection)
    State__c: picklist(Planned|Installed|Retired) restricted
    Short_Text__c: textarea(255)
    Long_Text__c: textarea(32768)
    Rich_Text__c: textarea(32768) html
    Door_Code__c: encryptedstring
    Label_Text__c: string(1300) calculated readonly derived="Name" || ' (' || coalesce("Serial_Number__c", '-') || ')'
    Is_Large__c: boolean calculated readonly derived=coalesce("Units__c", 0) > 100`,
});

// With the six other fields, the object has 200 custom fields.
const surveyFields = Array.from({ length: 194 }, (_, index) => {
  const number = String(index + 1).padStart(3, "0");
  const types = ["picklist(Very good|Good|Fair|Poor)", "double(5,1)", "string(120)", "boolean"];
  return `    Question_${number}__c: ${types[index % types.length] ?? "string(120)"}`;
}).join("\n");

const survey = defineObject("Survey_Response__c", {
  prefix: "a03",
  sharing: "ReadWrite",
  traits: "search",
  fields: `
    OwnerId: reference(Group,User) rel=Owner keep required
    Name: string(80) name readonly number=SR-%05d
    Contact__c: reference(Contact) rel=Contact__r children=Survey_Responses__r
    Case__c: reference(Case) rel=Case__r children=Survey_Responses__r
    Answered__c: datetime
    Language__c: picklist(English|Deutsch|Français|Español|日本語|العربية)
    Comment__c: textarea(32768)
    Score__c: double(4,1)
${surveyFields}`,
});

const setting = defineObject("Regional_Settings__c", {
  prefix: "a04",
  traits: "setting noreplicate",
  fields: `
    SetupOwnerId: reference(Organization,Profile,User) rel=SetupOwner keep required
    Name: string(38) name
    Default_Currency__c: string(3)
    Approval_Limit__c: currency(16,2)
    Escalate__c: boolean`,
});

export const customObjects = [project, milestone, installation, survey, setting];
