import { defineObject } from "../define-object.ts";

// Field names: Object Reference for the Salesforce Platform, "Task", "Event".

const what = "Account,Opportunity,Campaign,Case,Contract,Product2,@custom";

const task = defineObject("Task", {
  prefix: "00T",
  traits: "search feed",
  sharing: "Private",
  fields: `
    WhoId: reference(Contact,Lead) rel=Who children=Tasks cascade
    WhatId: reference(${what}) rel=What children=Tasks cascade
    WhoCount: int readonly system
    WhatCount: int readonly system
    Subject: combobox(Call|Send Letter|Send Quote|Email|Other) name
    ActivityDate: date
    Status: picklist(Not Started|In Progress|Completed|Waiting on someone else|Deferred) required default=Not_Started
    Priority: picklist(High|Normal|Low) required default=Normal
    IsHighPriority: boolean readonly derived="Priority" = 'High'
    OwnerId: reference(Group,User) rel=Owner keep required
    Description: textarea(32000)
    Type: picklist(Call|Meeting|Other|Email)
    IsClosed: boolean readonly derived="Status" = 'Completed'
    IsArchived: boolean readonly system
    AccountId: reference(Account) rel=Account keep readonly
    CallDurationInSeconds: int
    CallType: picklist(Internal|Inbound|Outbound)
    TaskSubtype: picklist(Task|Email|Call)
    CompletedDateTime: datetime readonly`,
});

const event = defineObject("Event", {
  prefix: "00U",
  traits: "search feed",
  sharing: "Private",
  fields: `
    WhoId: reference(Contact,Lead) rel=Who children=Events cascade
    WhatId: reference(${what}) rel=What children=Events cascade
    Subject: combobox(Call|Email|Meeting|Send Letter/Quote|Other) name
    Location: string(255)
    IsAllDayEvent: boolean
    ActivityDateTime: datetime
    ActivityDate: date
    StartDateTime: datetime
    EndDateTime: datetime
    DurationInMinutes: int
    Description: textarea(32000)
    AccountId: reference(Account) rel=Account keep readonly
    OwnerId: reference(Group,User) rel=Owner keep required
    IsPrivate: boolean
    ShowAs: picklist(Busy|OutOfOffice|Free)
    IsChild: boolean readonly system
    IsArchived: boolean readonly system`,
});

export const activityObjects = [task, event];
