import { defineObject } from "../define-object.ts";

/** The access columns (Object Reference, "UserRecordAccess"). */
export const accessColumns = [
  "HasReadAccess",
  "HasEditAccess",
  "HasDeleteAccess",
  "HasTransferAccess",
  "HasAllAccess",
  "MaxAccessLevel",
] as const;

// The rows are computed for each query.
export const userRecordAccess = defineObject("UserRecordAccess", {
  prefix: "",
  label: "User Record Access",
  plural: "User Record Access",
  system: "bare",
  access: "everyone",
  traits: "readonly noreplicate nobulk",
  fields: `
    UserId: reference(User) rel=User keep readonly system nosort
    RecordId: string(18) readonly system
    HasReadAccess: boolean readonly system
    HasEditAccess: boolean readonly system
    HasDeleteAccess: boolean readonly system
    HasTransferAccess: boolean readonly system
    HasAllAccess: boolean readonly system
    MaxAccessLevel: picklist(None|Read|Edit|Delete|Transfer|All) readonly system`,
});
