import { defineObject } from "../define-object.ts";

// Field names: Object Reference for the Salesforce Platform, "FeedItem", "FeedComment", "StandardObjectNameFeed".

const feedFields = `
    Type: picklist(TextPost|ContentPost|LinkPost|TrackedChange|CreateRecordEvent|CaseCommentPost|EmailMessageEvent|ChangeStatusPost)
    Title: string(255) nofilter
    Body: textarea(10000) html
    LinkUrl: url nofilter
    IsRichText: boolean
    RelatedRecordId: string(18)
    InsertedById: reference(User) rel=InsertedBy keep readonly
    CommentCount: int readonly
    LikeCount: int readonly
    Visibility: picklist(AllUsers|InternalUsers)`;

const feedItem = defineObject("FeedItem", {
  prefix: "0D5",
  access: "everyone",
  traits: "search noundelete",
  fields: `
    ParentId: reference(@feeds,User) rel=Parent cascade required once
    Status: picklist(Published|PendingReview) default=Published
    Revision: int readonly
    ${feedFields.trim()}`,
});

const feedComment = defineObject("FeedComment", {
  prefix: "0D7",
  access: "everyone",
  traits: "search noundelete",
  fields: `
    FeedItemId: reference(FeedItem) rel=FeedItem children=FeedComments cascade required once
    ParentId: reference(@feeds,User) rel=Parent keep readonly
    CommentBody: textarea(10000) html
    CommentType: picklist(TextComment|ContentComment)
    RelatedRecordId: string(18)
    InsertedById: reference(User) rel=InsertedBy keep readonly
    IsRichText: boolean
    Status: picklist(Published|PendingReview)`,
});

// CaseFeed shows the rows of FeedItem whose parent is a case, with the same ids.
const caseFeed = defineObject("CaseFeed", {
  prefix: "",
  access: "parent:Case",
  traits: "readonly noreplicate nobulk",
  fields: `
    ParentId: reference(Case) rel=Parent children=Feeds cascade
    ${feedFields.trim()}`,
});

export const feedObjects = [feedItem, feedComment, caseFeed];
