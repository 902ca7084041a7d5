import { defineObject } from "../define-object.ts";

// Field names, types and lengths: Object Reference for the Salesforce Platform, the page of each object.

const caseObject = defineObject("Case", {
  prefix: "500",
  traits: "search feed merge",
  sharing: "Private",
  fields: `
    MasterRecordId: reference(Case) rel=MasterRecord keep readonly system
    CaseNumber: string(30) name readonly number=%08d
    ContactId: reference(Contact) rel=Contact children=Cases restrict
    AccountId: reference(Account) rel=Account children=Cases restrict
    ParentId: reference(Case) rel=Parent children=Cases
    SuppliedName: string(80)
    SuppliedEmail: email
    SuppliedPhone: string(40)
    SuppliedCompany: string(80)
    Type: picklist(Mechanical|Electrical|Electronic|Structural|Other)
    RecordTypeId: reference(RecordType) rel=RecordType keep
    Status: picklist(New|Working|Escalated|Closed) default=New
    Reason: picklist(Installation|Equipment Complexity|Performance|Breakdown|Equipment Design|Feedback|Other)
    Origin: picklist(Phone|Email|Web)
    Subject: string(255)
    Priority: picklist(High|Medium|Low) default=Medium
    Description: textarea(32000)
    IsClosed: boolean readonly derived="Status" = 'Closed'
    ClosedDate: datetime readonly
    IsEscalated: boolean
    OwnerId: reference(Group,User) rel=Owner keep required
    ContactPhone: phone formula=(SELECT c."Phone" FROM "Contact" c WHERE c."Id" = {ContactId})
    ContactMobile: phone formula=(SELECT c."MobilePhone" FROM "Contact" c WHERE c."Id" = {ContactId})
    ContactEmail: email formula=(SELECT c."Email" FROM "Contact" c WHERE c."Id" = {ContactId})
    ContactFax: phone formula=(SELECT c."Fax" FROM "Contact" c WHERE c."Id" = {ContactId})
    Comments: textarea(4000) nofilter nosort
    LastViewedDate: datetime readonly system
    LastReferencedDate: datetime readonly system
    EngineeringReqNumber__c: string(12)
    SLAViolation__c: picklist(No|Yes)
    Product__c: picklist(GC1040|GC1060|GC3020|GC3040|GC3060|GC5020|GC5040|GC5060)
    PotentialLiability__c: picklist(No|Yes)`,
});

const caseComment = defineObject("CaseComment", {
  prefix: "00a",
  access: "parent:Case",
  traits: "search",
  sharing: "ControlledByParent",
  fields: `
    ParentId: reference(Case) rel=Parent children=CaseComments cascade required once
    IsPublished: boolean
    CommentBody: textarea(4000)`,
});

const caseTeamRole = defineObject("CaseTeamRole", {
  prefix: "0B7",
  system: "kept",
  access: "everyone",
  traits: "noreplicate",
  fields: `
    Name: string(80) name required
    AccessLevel: picklist(None|Read|Edit) required
    PreferencesVisibleInCSP: boolean`,
});

const caseTeamMember = defineObject("CaseTeamMember", {
  prefix: "0B8",
  system: "kept",
  access: "parent:Case",
  traits: "noreplicate",
  sharing: "ControlledByParent",
  fields: `
    ParentId: reference(Case) rel=Parent children=TeamMembers cascade required once
    MemberId: reference(Contact,User) rel=Member keep required once
    TeamRoleId: reference(CaseTeamRole) rel=TeamRole keep required`,
});

const emailMessage = defineObject("EmailMessage", {
  prefix: "02s",
  access: "parent:Case",
  traits: "search",
  sharing: "ControlledByParent",
  fields: `
    ParentId: reference(Case) rel=Parent children=EmailMessages cascade
    ActivityId: reference(Task) rel=Activity children=EmailMessages
    TextBody: textarea(131072)
    HtmlBody: textarea(131072) html
    Headers: textarea(32000)
    Subject: string(3000) nogroup
    Name: string(255) name readonly derived=substr("Subject", 1, 255)
    FromName: string(1000) nogroup
    FromAddress: email
    ValidatedFromAddress: picklist()
    ToAddress: string(4000) nogroup
    CcAddress: string(4000) nogroup
    BccAddress: string(4000) nogroup
    Incoming: boolean
    HasAttachment: boolean
    Status: picklist(0|1|2|3|4|5) required default=0
    MessageDate: datetime
    ReplyToEmailMessageId: reference(EmailMessage) rel=ReplyToEmailMessage
    IsExternallyVisible: boolean
    MessageIdentifier: string(255)
    ThreadIdentifier: string(255)
    FirstOpenedDate: datetime readonly
    LastOpenedDate: datetime readonly
    IsOpened: boolean readonly system
    IsBounced: boolean readonly system
    RelatedToId: reference(Account,Case,Opportunity,Campaign,Contract,@custom) rel=RelatedTo`,
});

const knowledge = defineObject("Knowledge__kav", {
  prefix: "ka0",
  label: "Knowledge",
  plural: "Knowledge",
  traits: "search",
  fields: `
    KnowledgeArticleId: string(18) readonly system
    OwnerId: reference(User) rel=Owner keep required
    ArticleNumber: string(30) readonly number=%09d
    Title: string(255) name required
    UrlName: string(255) required
    Summary: textarea(1000) nofilter
    Details__c: textarea(32000) html
    Language: picklist(en_US|de|fr|es|ja|ar) required
    PublishStatus: picklist(Draft|Online|Archived) readonly
    ValidationStatus: picklist(Work In Progress|Published|Invalid)
    VersionNumber: int readonly
    IsLatestVersion: boolean readonly
    IsVisibleInApp: boolean
    IsVisibleInPkb: boolean
    IsVisibleInCsp: boolean
    IsVisibleInPrm: boolean
    FirstPublishedDate: datetime readonly
    LastPublishedDate: datetime readonly`,
});

export const serviceObjects = [caseObject, caseComment, caseTeamRole, caseTeamMember, emailMessage, knowledge];
