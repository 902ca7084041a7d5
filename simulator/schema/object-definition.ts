import type { FieldDefinition } from "./field-definition.ts";

/** A system permission of a permission set, in the spelling of PermissionSet's columns without their `Permissions` prefix. */
export type SystemPermission =
  | "ApiEnabled"
  | "ViewAllData"
  | "ModifyAllData"
  | "ViewSetup"
  | "ViewRoles"
  | "ManageUsers"
  | "ViewAllUsers"
  | "QueryAllFiles"
  | "MutualAuthentication";

/** Who may read an object: by rows of ObjectPermissions, everybody, holders of a system permission, or whoever may read another object. */
export type ObjectAccess =
  | { readonly kind: "permission" }
  | { readonly kind: "everyone" }
  | { readonly kind: "system"; readonly permission: SystemPermission }
  | { readonly kind: "parent"; readonly object: string };

/** Which columns every row has: `full` all of them, `kept` without IsDeleted, `share` as share objects, `bare` only the Id. */
export type SystemFields = "full" | "kept" | "created" | "share" | "bare";

/** Organization-wide default of an object, in the words that EntityDefinition uses. */
export type SharingModel =
  | "Private"
  | "Read"
  | "ReadWrite"
  | "ReadWriteTransfer"
  | "FullAccess"
  | "ControlledByParent"
  | "ControlledByCampaign"
  | "ControlledByLeadOrContact";

/** One object of the org. */
export interface ObjectDefinition {
  readonly name: string;
  readonly prefix: string;
  readonly label: string;
  readonly labelPlural: string;
  readonly custom: boolean;
  readonly customSetting: boolean;
  readonly system: SystemFields;
  readonly access: ObjectAccess;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly deletable: boolean;
  readonly undeletable: boolean;
  readonly mergeable: boolean;
  readonly queryable: boolean;
  readonly searchable: boolean;
  readonly replicateable: boolean;
  readonly feedEnabled: boolean;
  /** Whether the Bulk API takes queries of it. */
  readonly bulk: boolean;
  readonly internalSharing: SharingModel;
  readonly externalSharing: SharingModel;
  readonly fields: readonly FieldDefinition[];
  readonly fieldsByName: ReadonlyMap<string, FieldDefinition>;
  readonly nameField: FieldDefinition | undefined;
  /** The master of a detail object: its rows go with the master's. */
  readonly masters: readonly FieldDefinition[];
}

/** A relationship from the parent's side. */
export interface ChildRelationship {
  readonly childObject: string;
  readonly field: FieldDefinition;
  readonly relationshipName: string | undefined;
  readonly cascadeDelete: boolean;
}
