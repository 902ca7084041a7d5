import type { StandardObjectName } from "../../connector/configuration-fields.ts";
import type { SoqlCondition } from "../soql/soql.ts";

// The fields to read from each object. Planning the query removes fields that the user may not see.
// The selection is the same as in Elastic's connector (docs/decisions/0006-what-is-read-of-an-object.md), without its limits on children.

/** Fields of a parent, such as `Owner.Name`. */
export interface ParentSelection {
  /** The relationship's name, such as `Owner`. */
  relationship: string;
  /** The object whose description decides which fields are visible; User for a polymorphic owner. */
  object: string;
  fields: readonly string[];
  parents?: readonly ParentSelection[];
}

/** Child records that are read in a subquery of their parent. */
export interface ChildSelection {
  /** The child relationship's name, and the key in the document. */
  relationship: string;
  object: string;
  fields: readonly string[];
  parents?: readonly ParentSelection[];
  where?: SoqlCondition;
  /** Limits the children to the newest ones by CreatedDate; default: all. */
  newest?: number;
}

/** Children that are read in a separate query, by the ids of a page of parents. */
export interface SeparateChildren extends ChildSelection {
  /** The field that holds the parent's id. */
  parentField: string;
  children: readonly ChildSelection[];
}

export interface ObjectSelection {
  fields: readonly string[];
  parents: readonly ParentSelection[];
  children: readonly ChildSelection[];
  separate: readonly SeparateChildren[];
  /** The first of these fields with a value is the document's title. */
  title: readonly string[];
}

/** Every object has these fields. */
export const systemFields = ["Id", "CreatedDate", "LastModifiedDate", "SystemModstamp"] as const;

const person = ["Id", "Name", "Email"];

/** The owner is a user or a queue. A queue has only an id and a name. */
export const owner: ParentSelection = { relationship: "Owner", object: "User", fields: person };

export const createdBy: ParentSelection = { relationship: "CreatedBy", object: "User", fields: person };

const account: ParentSelection = { relationship: "Account", object: "Account", fields: ["Id", "Name"] };

const parentOf = (object: string): ParentSelection => ({ relationship: "Parent", object, fields: ["Id", "Name"] });

const nothingElse = { parents: [], children: [], separate: [] };

const emailMessages: ChildSelection = {
  relationship: "EmailMessages",
  object: "EmailMessage",
  fields: [
    "Id",
    "ParentId",
    "MessageDate",
    "LastModifiedById",
    "TextBody",
    "Subject",
    "FromName",
    "FromAddress",
    "ToAddress",
    "CcAddress",
    "BccAddress",
    "Status",
    "IsDeleted",
    "FirstOpenedDate",
  ],
  parents: [createdBy],
};

const caseComments: ChildSelection = {
  relationship: "CaseComments",
  object: "CaseComment",
  fields: ["Id", "CreatedDate", "LastModifiedDate", "ParentId", "CommentBody", "LastModifiedById"],
  parents: [createdBy],
};

const caseFeed: SeparateChildren = {
  relationship: "Feeds",
  object: "CaseFeed",
  parentField: "ParentId",
  fields: [
    "Id",
    "CreatedDate",
    "LastModifiedDate",
    "ParentId",
    "Type",
    "IsDeleted",
    "CommentCount",
    "Title",
    "Body",
    "LinkUrl",
  ],
  parents: [createdBy],
  children: [
    {
      relationship: "FeedComments",
      object: "FeedComment",
      fields: ["Id", "ParentId", "CreatedDate", "CommentBody", "IsDeleted"],
      parents: [createdBy],
    },
  ],
};

/** The six standard objects. */
export const standardObjects: Readonly<Record<StandardObjectName, ObjectSelection>> = {
  Account: {
    fields: ["Name", "Description", "BillingAddress", "Type", "Website", "Rating"],
    parents: [owner, parentOf("Account")],
    children: [
      { relationship: "Opportunities", object: "Opportunity", fields: ["Id", "Name", "StageName"], newest: 1 },
    ],
    separate: [],
    title: ["Name"],
  },
  Opportunity: {
    ...nothingElse,
    fields: ["Name", "Description", "StageName"],
    parents: [owner],
    title: ["Name"],
  },
  Contact: {
    ...nothingElse,
    fields: ["Name", "Description", "Email", "Phone", "Title", "PhotoUrl", "LeadSource", "AccountId", "OwnerId"],
    parents: [account, owner],
    title: ["Name", "Email"],
  },
  Lead: {
    ...nothingElse,
    fields: [
      "Name",
      "Company",
      "Title",
      "Description",
      "Email",
      "Phone",
      "PhotoUrl",
      "LeadSource",
      "Rating",
      "Status",
      "OwnerId",
      "ConvertedDate",
      "ConvertedAccountId",
      "ConvertedContactId",
      "ConvertedOpportunityId",
    ],
    parents: [
      owner,
      { relationship: "ConvertedAccount", object: "Account", fields: ["Id", "Name"] },
      { relationship: "ConvertedContact", object: "Contact", fields: person },
      { relationship: "ConvertedOpportunity", object: "Opportunity", fields: ["Id", "Name"] },
    ],
    title: ["Name", "Company"],
  },
  Campaign: {
    ...nothingElse,
    fields: ["Name", "IsActive", "Type", "Description", "Status", "StartDate", "EndDate"],
    parents: [owner, parentOf("Campaign")],
    title: ["Name"],
  },
  Case: {
    fields: ["CaseNumber", "Subject", "Description", "Status", "AccountId", "ParentId", "IsClosed", "IsDeleted"],
    parents: [owner, createdBy],
    children: [emailMessages, caseComments],
    separate: [caseFeed],
    title: ["Subject", "CaseNumber"],
  },
};
