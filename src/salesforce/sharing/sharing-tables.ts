import { z } from "zod";
import type * as facts from "../../access/sharing-facts.ts";
import { flag, id, optionalId, text, time } from "./sharing-columns.ts";
import type { SharingTable } from "./table-reader.ts";

const table = <Columns extends z.ZodObject, Row>(spec: SharingTable<Columns, Row>): SharingTable<Columns, Row> => spec;

const setup = "View Setup and Configuration";
const territoryPermission = "Sales Territories turned on";

/** The tables of `SharingFacts` that are read by pages. Column names: Object Reference for the Salesforce Platform. */
export const sharingTables = {
  users: table({
    object: "User",
    neverEmpty: true,
    permission: "View All Users",
    columns: z.object({
      Id: id,
      UserType: text,
      IsActive: flag,
      UserRoleId: optionalId,
      ManagerId: optionalId,
      Name: text,
      Email: text,
    }),
    toRow: (row): facts.UserFacts => ({
      id: row.Id,
      userType: row.UserType,
      isActive: row.IsActive,
      userRoleId: row.UserRoleId,
      managerId: row.ManagerId,
      name: row.Name,
      email: row.Email,
    }),
  }),
  userLogins: table({
    object: "UserLogin",
    neverEmpty: true,
    permission: "Manage Users",
    columns: z.object({ UserId: id, IsFrozen: flag }),
    toRow: (row): facts.UserLoginFacts => ({ userId: row.UserId, isFrozen: row.IsFrozen }),
  }),
  roles: table({
    object: "UserRole",
    permission: "View Roles and Role Hierarchy",
    columns: z.object({
      Id: id,
      ParentRoleId: optionalId,
      ContactAccessForAccountOwner: text,
      OpportunityAccessForAccountOwner: text,
      CaseAccessForAccountOwner: text,
      PortalType: text,
      PortalAccountOwnerId: optionalId,
    }),
    toRow: (row): facts.RoleFacts => ({
      id: row.Id,
      parentRoleId: row.ParentRoleId,
      contactAccessForAccountOwner: row.ContactAccessForAccountOwner,
      opportunityAccessForAccountOwner: row.OpportunityAccessForAccountOwner,
      caseAccessForAccountOwner: row.CaseAccessForAccountOwner,
      portalType: row.PortalType,
      portalAccountOwnerId: row.PortalAccountOwnerId,
    }),
  }),
  groups: table({
    object: "Group",
    permission: setup,
    columns: z.object({ Id: id, Type: text, RelatedId: optionalId, DoesIncludeBosses: flag }),
    toRow: (row): facts.GroupFacts => ({
      id: row.Id,
      type: row.Type,
      relatedId: row.RelatedId,
      doesIncludeBosses: row.DoesIncludeBosses,
    }),
  }),
  groupMembers: table({
    object: "GroupMember",
    permission: setup,
    columns: z.object({ GroupId: id, UserOrGroupId: id }),
    toRow: (row): facts.GroupMemberFacts => ({ groupId: row.GroupId, userOrGroupId: row.UserOrGroupId }),
  }),
  territories: table({
    object: "Territory2",
    permission: territoryPermission,
    columns: z.object({ Id: id, ParentTerritory2Id: optionalId, Territory2ModelId: optionalId }),
    toRow: (row): facts.TerritoryFacts => ({
      id: row.Id,
      parentTerritoryId: row.ParentTerritory2Id,
      modelId: row.Territory2ModelId,
    }),
  }),
  territoryModels: table({
    object: "Territory2Model",
    permission: territoryPermission,
    columns: z.object({ Id: id, State: text }),
    toRow: (row): facts.TerritoryModelFacts => ({ id: row.Id, state: row.State }),
  }),
  territoryUsers: table({
    object: "UserTerritory2Association",
    permission: territoryPermission,
    columns: z.object({ Territory2Id: id, UserId: id, IsActive: flag }),
    toRow: (row): facts.TerritoryUserFacts => ({
      territoryId: row.Territory2Id,
      userId: row.UserId,
      isActive: row.IsActive,
    }),
  }),
  permissionSets: table({
    object: "PermissionSet",
    neverEmpty: true,
    permission: setup,
    columns: z.object({
      Id: id,
      HasActivationRequired: flag,
      PermissionsViewAllData: flag,
      PermissionsModifyAllData: flag,
    }),
    toRow: (row): facts.PermissionSetFacts => ({
      id: row.Id,
      hasActivationRequired: row.HasActivationRequired,
      viewAllData: row.PermissionsViewAllData,
      modifyAllData: row.PermissionsModifyAllData,
    }),
  }),
  mutingPermissionSets: table({
    object: "MutingPermissionSet",
    permission: setup,
    columns: z.object({ Id: id, PermissionsViewAllData: flag, PermissionsModifyAllData: flag }),
    toRow: (row): facts.MutingPermissionSetFacts => ({
      id: row.Id,
      viewAllData: row.PermissionsViewAllData,
      modifyAllData: row.PermissionsModifyAllData,
    }),
  }),
  permissionSetGroups: table({
    object: "PermissionSetGroup",
    permission: setup,
    columns: z.object({ Id: id, HasActivationRequired: flag }),
    toRow: (row): facts.PermissionSetGroupFacts => ({ id: row.Id, hasActivationRequired: row.HasActivationRequired }),
  }),
  permissionSetGroupComponents: table({
    object: "PermissionSetGroupComponent",
    permission: setup,
    columns: z.object({ PermissionSetGroupId: id, PermissionSetId: id }),
    toRow: (row): facts.PermissionSetGroupComponentFacts => ({
      permissionSetGroupId: row.PermissionSetGroupId,
      permissionSetId: row.PermissionSetId,
    }),
  }),
  permissionSetAssignments: table({
    object: "PermissionSetAssignment",
    neverEmpty: true,
    permission: setup,
    columns: z.object({
      AssigneeId: id,
      PermissionSetId: id,
      PermissionSetGroupId: optionalId,
      IsActive: flag,
      ExpirationDate: time,
      IsRevoked: flag,
    }),
    toRow: (row): facts.PermissionSetAssignmentFacts => ({
      assigneeId: row.AssigneeId,
      permissionSetId: row.PermissionSetId,
      permissionSetGroupId: row.PermissionSetGroupId,
      isActive: row.IsActive,
      expirationDate: row.ExpirationDate,
      isRevoked: row.IsRevoked,
    }),
  }),
  objectPermissions: table({
    object: "ObjectPermissions",
    permission: setup,
    columns: z.object({
      ParentId: id,
      SobjectType: z.string(),
      PermissionsRead: flag,
      PermissionsViewAllRecords: flag,
      PermissionsModifyAllRecords: flag,
      PermissionsViewAllFields: flag,
    }),
    toRow: (row): facts.ObjectPermissionFacts => ({
      parentId: row.ParentId,
      object: row.SobjectType,
      read: row.PermissionsRead,
      viewAllRecords: row.PermissionsViewAllRecords,
      modifyAllRecords: row.PermissionsModifyAllRecords,
      viewAllFields: row.PermissionsViewAllFields,
    }),
  }),
  fieldPermissions: table({
    object: "FieldPermissions",
    permission: setup,
    columns: z.object({ ParentId: id, Field: z.string(), PermissionsRead: flag }),
    toRow: ({ ParentId: parentId, Field: field, PermissionsRead: read }) => ({ parentId, field, read }),
  }),
  libraryMembers: table({
    object: "ContentWorkspaceMember",
    permission: "Manage Salesforce CRM Content",
    columns: z.object({ ContentWorkspaceId: id, MemberId: id }),
    toRow: (row): facts.MemberFacts => ({ containerId: row.ContentWorkspaceId, memberId: row.MemberId }),
  }),
  chatterGroups: table({
    object: "CollaborationGroup",
    permission: "Chatter turned on",
    columns: z.object({ Id: id, CollaborationType: text }),
    toRow: (row): facts.ChatterGroupFacts => ({ id: row.Id, collaborationType: row.CollaborationType }),
  }),
  chatterGroupMembers: table({
    object: "CollaborationGroupMember",
    permission: "Chatter turned on",
    columns: z.object({ CollaborationGroupId: id, MemberId: id }),
    toRow: (row): facts.MemberFacts => ({ containerId: row.CollaborationGroupId, memberId: row.MemberId }),
  }),
} as const;

/** Exists in the Tooling API only. */
export const restrictionRuleTable = table({
  object: "RestrictionRule",
  permission: "View Restriction and Scoping Rules",
  columns: z.object({ TargetEntity: text, EnforcementType: text, IsActive: flag }),
  toRow: (row): facts.RestrictionRuleFacts => ({
    targetObject: row.TargetEntity,
    enforcementType: row.EnforcementType,
    isActive: row.IsActive,
  }),
});

/** The sharing settings of objects. */
export const entityTable = table({
  object: "EntityDefinition",
  neverEmpty: true,
  permission: setup,
  columns: z.object({
    QualifiedApiName: z.string(),
    KeyPrefix: z.string(),
    InternalSharingModel: text,
    ExternalSharingModel: text,
  }),
  toRow: (row): facts.ObjectFacts => ({
    name: row.QualifiedApiName,
    keyPrefix: row.KeyPrefix,
    internalSharingModel: row.InternalSharingModel,
    externalSharingModel: row.ExternalSharingModel,
  }),
});
