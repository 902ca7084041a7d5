/** A Salesforce id of 15 characters. */
export type Id = string;

/** The rows of a table; `undefined` if the table could not be read. Rows that were not read grant nothing. */
export type Table<Row> = readonly Row[] | undefined;

/** A value that Salesforce may leave empty (`null`); `undefined` if it could not be read. A value that was not read grants nothing. */
type Value<T> = T | null | undefined;

/** What decides, for a whole org, who may see its records and files. The facts of single records are in record-facts.ts. */
export interface SharingFacts {
  readonly organizationId: Id;
  readonly objects: readonly ObjectFacts[];
  readonly users: Table<UserFacts>;
  readonly userLogins: Table<UserLoginFacts>;
  readonly roles: Table<RoleFacts>;
  readonly groups: Table<GroupFacts>;
  /** `Group.DoesIncludeBosses` of queues has a meaning: the rows of `Group` were read with API version 67 or later. */
  readonly queuesHaveHierarchyFlag: boolean;
  readonly groupMembers: Table<GroupMemberFacts>;
  readonly territories: Table<TerritoryFacts>;
  readonly territoryModels: Table<TerritoryModelFacts>;
  readonly territoryUsers: Table<TerritoryUserFacts>;
  readonly permissionSets: Table<PermissionSetFacts>;
  readonly mutingPermissionSets: Table<MutingPermissionSetFacts>;
  readonly permissionSetGroups: Table<PermissionSetGroupFacts>;
  readonly permissionSetGroupComponents: Table<PermissionSetGroupComponentFacts>;
  readonly permissionSetAssignments: Table<PermissionSetAssignmentFacts>;
  readonly objectPermissions: Table<ObjectPermissionFacts>;
  readonly fieldPermissions?: FieldPermissionFacts | undefined;
  readonly restrictionRules: Table<RestrictionRuleFacts>;
  /** Members of libraries (ContentWorkspaceMember): users and public groups. */
  readonly libraryMembers: Table<MemberFacts>;
  readonly chatterGroups: Table<ChatterGroupFacts>;
  /** Members of Chatter groups (CollaborationGroupMember): users. */
  readonly chatterGroupMembers: Table<MemberFacts>;
}

/** What EntityDefinition and describe say of one object. */
export interface ObjectFacts {
  readonly name: string;
  readonly keyPrefix: string;
  /** In the words of EntityDefinition or of Organization; an unknown word counts as private. */
  readonly internalSharingModel?: Value<string>;
  readonly externalSharingModel?: Value<string>;
  /** "Grant Access Using Hierarchies" of a custom object; `undefined` if unknown. It is always on for standard objects. */
  readonly grantsAccessUsingHierarchies?: boolean | undefined;
  /** The objects of the master-detail fields by `relationshipOrder`; empty if it is no detail. */
  readonly masters?: readonly string[] | undefined;
}

export interface UserFacts {
  readonly id: Id;
  readonly userType?: Value<string>;
  readonly isActive?: boolean | undefined;
  readonly userRoleId?: Value<Id>;
  readonly managerId?: Value<Id>;
  readonly name?: Value<string>;
  readonly email?: Value<string>;
}

export interface UserLoginFacts {
  readonly userId: Id;
  readonly isFrozen?: boolean | undefined;
}

export interface RoleFacts {
  readonly id: Id;
  readonly parentRoleId?: Value<Id>;
  readonly contactAccessForAccountOwner?: Value<string>;
  readonly opportunityAccessForAccountOwner?: Value<string>;
  readonly caseAccessForAccountOwner?: Value<string>;
  readonly portalType?: Value<string>;
  readonly portalAccountOwnerId?: Value<Id>;
}

export interface GroupFacts {
  readonly id: Id;
  readonly type?: Value<string>;
  readonly relatedId?: Value<Id>;
  readonly doesIncludeBosses?: boolean | undefined;
}

export interface GroupMemberFacts {
  readonly groupId: Id;
  readonly userOrGroupId: Id;
}

export interface TerritoryFacts {
  readonly id: Id;
  readonly parentTerritoryId?: Value<Id>;
  readonly modelId?: Value<Id>;
}

export interface TerritoryModelFacts {
  readonly id: Id;
  readonly state?: Value<string>;
}

export interface TerritoryUserFacts {
  readonly territoryId: Id;
  readonly userId: Id;
  readonly isActive?: boolean | undefined;
}

export interface PermissionSetFacts {
  readonly id: Id;
  readonly hasActivationRequired?: boolean | undefined;
  readonly viewAllData?: boolean | undefined;
  readonly modifyAllData?: boolean | undefined;
}

/** The permissions that a permission set group mutes. */
export interface MutingPermissionSetFacts {
  readonly id: Id;
  readonly viewAllData?: boolean | undefined;
  readonly modifyAllData?: boolean | undefined;
}

export interface PermissionSetGroupFacts {
  readonly id: Id;
  readonly hasActivationRequired?: boolean | undefined;
}

export interface PermissionSetGroupComponentFacts {
  readonly permissionSetGroupId: Id;
  /** A permission set or a muting permission set. */
  readonly permissionSetId: Id;
}

export interface PermissionSetAssignmentFacts {
  readonly assigneeId: Id;
  /** For a permission set group, its aggregated set. */
  readonly permissionSetId: Id;
  readonly permissionSetGroupId?: Value<Id>;
  readonly isActive?: boolean | undefined;
  /** Milliseconds since 1970; `null` if it never expires. */
  readonly expirationDate?: Value<number>;
  readonly isRevoked?: boolean | undefined;
}

/** A row of ObjectPermissions. Its parent is a permission set or a muting permission set. */
export interface ObjectPermissionFacts {
  readonly parentId: Id;
  readonly object: string;
  readonly read?: boolean | undefined;
  readonly viewAllRecords?: boolean | undefined;
  readonly modifyAllRecords?: boolean | undefined;
  readonly viewAllFields?: boolean | undefined;
}

/** The fields in the rows of FieldPermissions, such as `Account.Rating`, by permission set or muting permission set. */
export interface FieldPermissionFacts {
  /** Rows that grant Read. */
  readonly granted: ReadonlyMap<Id, ReadonlySet<string>>;
  /** Rows that grant Read or do not say it: a muting permission set takes these fields away. */
  readonly named: ReadonlyMap<Id, ReadonlySet<string>>;
}

export interface RestrictionRuleFacts {
  readonly targetObject?: Value<string>;
  readonly enforcementType?: Value<string>;
  readonly isActive?: boolean | undefined;
}

export interface MemberFacts {
  readonly containerId: Id;
  readonly memberId: Id;
}

export interface ChatterGroupFacts {
  readonly id: Id;
  readonly collaborationType?: Value<string>;
}
