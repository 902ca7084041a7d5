import { defineObject } from "../define-object.ts";

// Field names: Object Reference for the Salesforce Platform, "ContentDocument", "ContentVersion", "ContentDocumentLink", "ContentWorkspace".

const fileTypes = "PDF|WORD_X|EXCEL_X|POWER_POINT_X|TEXT|CSV|HTML|XML|PNG|JPG|SNOTE|ZIP|UNKNOWN";

const contentDocument = defineObject("ContentDocument", {
  prefix: "069",
  access: "everyone",
  traits: "search",
  fields: `
    IsArchived: boolean
    ArchivedById: reference(User) rel=ArchivedBy keep readonly
    ArchivedDate: date readonly
    OwnerId: reference(User) rel=Owner keep required
    Title: string(255) name required
    PublishStatus: picklist(P|R|U) readonly
    LatestPublishedVersionId: reference(ContentVersion) rel=LatestPublishedVersion keep readonly
    ParentId: reference(ContentWorkspace) rel=Parent keep
    Description: textarea(1000) nofilter
    ContentSize: int readonly
    FileType: string(20) readonly
    FileExtension: string(40) readonly
    SharingOption: picklist(A|R)
    SharingPrivacy: picklist(N|P)
    ContentModifiedDate: datetime readonly
    LastViewedDate: datetime readonly system
    LastReferencedDate: datetime readonly system
    ContentAssetId: string(18) readonly`,
});

const contentVersion = defineObject("ContentVersion", {
  prefix: "068",
  access: "everyone",
  traits: "search nodelete",
  fields: `
    ContentDocumentId: reference(ContentDocument) rel=ContentDocument children=ContentVersions cascade once
    IsLatest: boolean readonly
    ContentUrl: url once
    ContentBodyId: string(18) readonly
    VersionNumber: string(20) readonly
    Title: string(255) name
    Description: textarea(1000) nofilter
    ReasonForChange: string(1000) nogroup
    SharingOption: picklist(A|R)
    SharingPrivacy: picklist(N|P)
    PathOnClient: string(500) once
    RatingCount: int readonly
    ContentModifiedDate: datetime readonly
    ContentModifiedById: reference(User) rel=ContentModifiedBy keep readonly
    PositiveRatingCount: int readonly
    NegativeRatingCount: int readonly
    FeaturedContentBoost: int readonly
    OwnerId: reference(User) rel=Owner keep required
    TagCsv: textarea(2000) nofilter
    FileType: picklist(${fileTypes}) readonly
    PublishStatus: picklist(P|R|U) readonly
    VersionData: base64 system once
    ContentSize: int readonly
    FileExtension: string(40) readonly
    FirstPublishLocationId: reference(Account,Contact,Opportunity,Lead,Campaign,Case,User,ContentWorkspace,Task,Event,EmailMessage,Product2,Contract,Organization,@custom) rel=FirstPublishLocation keep once
    Origin: picklist(C|H) once
    ContentLocation: picklist(S|E|L) once
    TextPreview: string(255) readonly nofilter nosort nogroup
    ExternalDocumentInfo1: string(1000) nofilter nosort nogroup
    Checksum: string(50) readonly
    IsMajorVersion: boolean once
    IsAssetEnabled: boolean
    VersionDataUrl: url readonly system nofilter nosort nogroup`,
});

const contentDocumentLink = defineObject("ContentDocumentLink", {
  prefix: "06A",
  system: "bare",
  access: "everyone",
  traits: "noreplicate",
  fields: `
    LinkedEntityId: reference(Account,Contact,Opportunity,Lead,Campaign,Case,User,ContentWorkspace,CollaborationGroup,Task,Event,EmailMessage,Product2,Contract,Organization,Knowledge__kav,FeedItem,@custom) rel=LinkedEntity children=ContentDocumentLinks cascade required once
    ContentDocumentId: reference(ContentDocument) rel=ContentDocument children=ContentDocumentLinks cascade required once
    IsDeleted: boolean readonly system
    SystemModstamp: datetime readonly system
    ShareType: picklist(V|C|I) restricted default=V
    Visibility: picklist(AllUsers|InternalUsers|SharedUsers) restricted default=AllUsers`,
});

const contentWorkspace = defineObject("ContentWorkspace", {
  prefix: "058",
  label: "Library",
  plural: "Libraries",
  system: "kept",
  access: "everyone",
  fields: `
    Name: string(80) name required
    DeveloperName: string(80)
    Description: string(255)
    RootContentFolderId: string(18) readonly
    WorkspaceType: picklist(R|A) readonly`,
});

const contentWorkspaceMember = defineObject("ContentWorkspaceMember", {
  prefix: "05T",
  label: "Library Member",
  system: "bare",
  access: "everyone",
  traits: "noreplicate",
  fields: `
    ContentWorkspaceId: reference(ContentWorkspace) rel=ContentWorkspace children=ContentWorkspaceMembers cascade required once
    MemberId: reference(Group,User) rel=Member keep required once
    MemberType: picklist(U|G) readonly
    ContentWorkspacePermissionId: string(18)
    CreatedDate: datetime readonly system
    CreatedById: reference(User) rel=CreatedBy keep readonly system required`,
});

export const fileObjects = [
  contentDocument,
  contentVersion,
  contentDocumentLink,
  contentWorkspace,
  contentWorkspaceMember,
];
