import { defineObject } from "../define-object.ts";
import type { ObjectDefinition } from "../object-definition.ts";

// Objects that only child subqueries can read: Object Reference, "ActivityHistory", "OpenActivity", "AttachedContentDocument". Their rows
// are views of other objects (tables.ts).

/** Accounts also list the activities of their contacts and opportunities, so `AccountId` refers to the parent, not `WhatId`. */
function activityList(name: string, children: string): ObjectDefinition {
  return defineObject(name, {
    prefix: "",
    plural: name,
    access: "parent:Task",
    traits: "readonly noreplicate nobulk noquery",
    fields: `
    AccountId: reference(Account) rel=Account children=${children} keep readonly
    WhoId: reference(Contact,Lead) rel=Who children=${children} keep readonly
    WhatId: reference(Opportunity,Campaign,Case,Contract,Product2,@custom) rel=What children=${children} keep readonly
    Subject: combobox(Call|Email|Meeting|Send Letter/Quote|Other) name readonly
    IsTask: boolean readonly
    ActivityDate: date readonly
    OwnerId: reference(Group,User) rel=Owner keep readonly
    Status: picklist(Not Started|In Progress|Completed|Waiting on someone else|Deferred) readonly
    Priority: picklist(High|Normal|Low) readonly
    ActivityType: picklist(Call|Meeting|Other|Email) readonly
    IsClosed: boolean readonly
    IsAllDayEvent: boolean readonly
    DurationInMinutes: int readonly
    Location: string(255) readonly
    Description: textarea(32000) readonly`,
  });
}

const attachedContentDocument = defineObject("AttachedContentDocument", {
  prefix: "",
  plural: "Attached Content Documents",
  access: "everyone",
  traits: "readonly noreplicate nobulk noquery",
  fields: `
    LinkedEntityId: reference(Account,Contact,Opportunity,Lead,Campaign,Case,Product2,Contract,@custom) rel=LinkedEntity children=AttachedContentDocuments keep readonly
    ContentDocumentId: reference(ContentDocument) rel=ContentDocument keep readonly
    Title: string(255) name readonly
    FileType: string(20) readonly
    FileExtension: string(40) readonly
    ContentSize: int readonly
    ContentUrl: url readonly
    SharingOption: picklist(A|R) readonly`,
});

export const relatedListObjects = [
  activityList("ActivityHistory", "ActivityHistories"),
  activityList("OpenActivity", "OpenActivities"),
  attachedContentDocument,
];
