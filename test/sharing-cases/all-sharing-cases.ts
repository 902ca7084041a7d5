import { defaultCases } from "./defaults.ts";
import { groupCases } from "./groups.ts";
import { objectPermissionCases } from "./object-permissions.ts";
import { permissionSetGroupCases } from "./permission-set-groups.ts";
import { queueCases } from "./queues.ts";
import { roleCases } from "./roles.ts";
import type { SharingCase } from "./sharing-case.ts";
import { systemGroupCases } from "./system-groups.ts";
import { teamCases } from "./teams.ts";
import { territoryCases } from "./territories.ts";
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
];
