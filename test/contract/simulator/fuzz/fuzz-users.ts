import type { RunningSimulator } from "../../../../simulator/start-simulator.ts";
import { idOf, RestClient } from "../rest-client.ts";
import { fuzzedObjects } from "./random-statements.ts";

interface FuzzUser {
  readonly id: string;
  readonly username: string;
}

/**
 * The integration user, three employees and an external user of each kind. They may read all objects and fields that the fuzz asks for, and
 * live in the same place: what differs is the records that they may read.
 */
export async function fuzzUsers(simulator: RunningSimulator): Promise<readonly FuzzUser[]> {
  const admin = await RestClient.signIn(simulator, "simulator-admin");
  const users = await Promise.all([
    admin.records<{ Id: string; Username: string }>(
      "SELECT Id, Username FROM User WHERE Username = 'simulator@simulated.example'",
    ),
    admin.records<{ Id: string; Username: string }>(
      "SELECT Id, Username FROM User WHERE IsActive = true AND Profile.Name = 'Standard User' AND UserRoleId != null ORDER BY CreatedDate LIMIT 3",
    ),
    ...["PowerPartner", "PowerCustomerSuccess", "CspLitePortal"].map((type) =>
      admin.records<{ Id: string; Username: string }>(
        `SELECT Id, Username FROM User WHERE UserType = '${type}' ORDER BY Username LIMIT 1`,
      ),
    ),
  ]);
  const found = users.flat();
  const setId = idOf(
    await admin.rest("POST", "sobjects/PermissionSet", { Name: "Fuzz", Label: "Fuzz", PermissionsApiEnabled: true }),
  );
  for (const SobjectType of fuzzedObjects.filter((name) => name !== "EmailMessage")) {
    const permissions = { PermissionsRead: true, PermissionsViewAllFields: true };
    await admin.rest("POST", "sobjects/ObjectPermissions", { ParentId: setId, SobjectType, ...permissions });
  }
  for (const { Id } of found) {
    await admin.rest("POST", "sobjects/PermissionSetAssignment", { AssigneeId: Id, PermissionSetId: setId });
    await admin.rest("PATCH", `sobjects/User/${Id}`, {
      TimeZoneSidKey: "America/Los_Angeles",
      LocaleSidKey: "en_US",
    });
  }
  return found.map(({ Id, Username }) => ({ id: Id, username: Username }));
}
