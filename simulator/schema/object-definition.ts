import type { FieldDefinition } from "./field-definition.ts";

/** The columns of PermissionSet without their `Permissions` prefix. `MutualAuthentication` is not confirmed. */
export type SystemPermission =
  | "ApiEnabled"
  | "ViewAllData"
  | "ModifyAllData"
  | "ViewSetup"
  | "ViewRoles"
  | "ManageUsers"
  | "ViewAllUsers"
  | "QueryAllFiles"
  | "ViewRestrictionAndScopingRules"
  | "MutualAuthentication";

/** Read access requires ObjectPermissions, nothing, a system permission, or access to another object. */
export type ObjectAccess =
  | { readonly kind: "permission" }
  | { readonly kind: "everyone" }
  | { readonly kind: "system"; readonly permission: SystemPermission }
  | { readonly kind: "parent"; readonly object: string };

/** The system fields of an object. `kept` objects have no IsDeleted, `bare` objects only an Id. */
export type SystemFields = "full" | "kept" | "created" | "share" | "bare";

/** Organization-wide defaults, with the names in EntityDefinition. */
export type SharingModel =
  | "Private"
  | "Read"
  | "ReadWrite"
  | "ReadWriteTransfer"
  | "FullAccess"
  | "ControlledByParent"
  | "ControlledByCampaign"
  | "ControlledByLeadOrContact";

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
  /** True if the Bulk API supports queries of the object. */
  readonly bulk: boolean;
  /** True if only the Tooling API has the object. */
  readonly tooling: boolean;
  /** The organization-wide defaults of a new org. EntityDefinition has the current ones. */
  readonly internalSharing: SharingModel;
  readonly externalSharing: SharingModel;
  readonly fields: readonly FieldDefinition[];
  readonly fieldsByName: ReadonlyMap<string, FieldDefinition>;
  readonly nameField: FieldDefinition | undefined;
  /** The master-detail fields. Deleting a master deletes its details. */
  readonly masters: readonly FieldDefinition[];
}

export interface ChildRelationship {
  readonly childObject: string;
  readonly field: FieldDefinition;
  readonly relationshipName: string | undefined;
  readonly cascadeDelete: boolean;
}
