import { recordId } from "./record-id.ts";

/** Ids that are the same in every generated org, because their rows are written first. */
export const wellKnownIds = {
  organization: recordId("00D", 1),
  integrationUser: recordId("005", 1),
  adminUser: recordId("005", 2),
  integrationProfile: recordId("00e", 1),
  adminProfile: recordId("00e", 2),
  standardProfile: recordId("00e", 3),
  partnerProfile: recordId("00e", 4),
  guestProfile: recordId("00e", 5),
  integrationPermissionSet: recordId("0PS", 1),
  adminPermissionSet: recordId("0PS", 2),
} as const;
