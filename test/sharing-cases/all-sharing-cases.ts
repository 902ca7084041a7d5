import { accountLimitCases } from "./account-limits.ts";
import { brokenFactCases } from "./broken-facts.ts";
import { contactCases } from "./contacts.ts";
import { controlledByParentCases } from "./controlled-by-parent.ts";
import { defaultCases } from "./defaults.ts";
import { externalUserCases } from "./external-users.ts";
import { fileVisibilityCases } from "./file-visibility.ts";
import { fileCases } from "./files.ts";
import { groupCases } from "./groups.ts";
import { implicitAccessCases } from "./implicit-access.ts";
import { objectPermissionCases } from "./object-permissions.ts";
import { opportunityCases } from "./opportunities.ts";
import { permissionSetGroupCases } from "./permission-set-groups.ts";
import { queueCases } from "./queues.ts";
import { restrictionRuleCases } from "./restriction-rules.ts";
import { roleCases } from "./roles.ts";
import type { SharingCase } from "./sharing-case.ts";
import { systemGroupCases } from "./system-groups.ts";
import { teamCases } from "./teams.ts";
import { territoryCases } from "./territories.ts";
import { twoMasterCases } from "./two-masters.ts";
import { userStateCases } from "./user-states.ts";

export const sharingCases: readonly SharingCase[] = [
  ...objectPermissionCases,
  ...permissionSetGroupCases,
  ...userStateCases,
  ...defaultCases,
  ...roleCases,
  ...groupCases,
  ...systemGroupCases,
  ...queueCases,
  ...teamCases,
  ...territoryCases,
  ...externalUserCases,
  ...controlledByParentCases,
  ...twoMasterCases,
  ...implicitAccessCases,
  ...accountLimitCases,
  ...opportunityCases,
  ...contactCases,
  ...restrictionRuleCases,
  ...fileCases,
  ...fileVisibilityCases,
  ...brokenFactCases,
];
