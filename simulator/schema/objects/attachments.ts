import { defineObject } from "../define-object.ts";

// Field names: Object Reference for the Salesforce Platform, "Attachment", "Note". Both are older than files and have one parent.

const parents = "Account,Contact,Opportunity,Lead,Campaign,Contract,Product2,@custom";

const attachment = defineObject("Attachment", {
  prefix: "00P",
  access: "everyone",
  fields: `
    ParentId: reference(${parents},Case,Task,Event,EmailMessage) rel=Parent children=Attachments cascade required once
    Name: string(255) name required
    IsPrivate: boolean
    ContentType: string(120)
    BodyLength: int readonly
    Body: base64
    OwnerId: reference(User) rel=Owner keep required
    Description: string(500) nogroup`,
});

const note = defineObject("Note", {
  prefix: "002",
  access: "everyone",
  fields: `
    ParentId: reference(${parents}) rel=Parent children=Notes cascade required once
    Title: string(80) name required
    IsPrivate: boolean
    Body: textarea(32000)
    OwnerId: reference(User) rel=Owner keep required`,
});

export const attachmentObjects = [attachment, note];
