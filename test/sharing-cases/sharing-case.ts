// The form of a golden case: a small org (facts), the share table that Salesforce then holds, and the users who read each record.
// Names replace ids: a test assigns a unique id to each name. Users, groups, libraries, records and files of a case have different names.

export interface SharingCase {
  /** One fact, present tense. Unique among all cases. */
  readonly title: string;
  readonly sources: readonly SalesforceDocument[];
  /** No document confirms the expected access; `note` describes the choice. */
  readonly unconfirmed?: true;
  readonly note?: string;
  /** Salesforce never stores these facts, but a reader may see them during changes. A computation must handle them; a simulated org cannot load them. */
  readonly computationOnly?: true;
  readonly facts: SharingFacts;
  /**
   * Every row of every share table that Salesforce holds for the records of the case, those of `facts.sharing` included.
   * Absent if no record of the case has a share table. Files and details have none.
   */
  readonly shareTable?: readonly ShareRow[];
  /** One entry for each record and each file; each user is in exactly one of its lists. */
  readonly answers: Readonly<Record<Name, Answer>>;
}

export interface SalesforceDocument {
  readonly title: string;
  readonly address?: string;
  /** Cited by its title: its text was not at hand when the case was written. */
  readonly titleOnly?: true;
}

export interface Answer {
  /** Users who read the record. For objects that `UserRecordAccess` covers, its `HasReadAccess` is true. */
  readonly read?: readonly Name[];
  readonly none?: readonly Name[];
  /** Salesforce lets these users read the record, but the service cannot know it: it hides the record from them and reports that. */
  readonly hidden?: readonly Name[];
  /** `UserRecordAccess` says yes, but a restriction rule keeps the record out of every query of these users. */
  readonly blocked?: readonly Name[];
}

export type Name = string;

/**
 * A user, group, queue, library or Chatter group by its name, or a group that Salesforce maintains: `Organization`, `AllCustomerPortal`,
 * `PRMOrganization`, and `Role:`, `RoleAndSubordinates:`, `RoleAndSubordinatesInternal:` (a role), `Manager:`,
 * `ManagerAndSubordinatesInternal:` (a user), `Territory:`, `TerritoryAndSubordinates:` (a territory) with the name behind.
 * `deleted:` with any suffix is an id without a row; in `computationOnly` cases only.
 */
export type Principal = string;

export interface SharingFacts {
  /** Newest API version that the org offers: 67 (Summer '26) unless given. */
  readonly apiVersion?: 66 | 67;
  /** Organization-wide defaults: one for all users, or [internal, external]. `Private` unless given; details have no entry. */
  readonly defaults?: Partial<Record<ObjectName, SharingModel | readonly [SharingModel, SharingModel]>>;
  /** Custom objects with "Grant Access Using Hierarchies" switched off. */
  readonly withoutHierarchies?: readonly ObjectName[];
  /** Faster account sharing recalculation computes implicit child access; without it, rows are stored. `computed` unless given. */
  readonly implicitChildRows?: "computed" | "stored";
  readonly permissionSets?: Readonly<Record<Name, PermissionSet>>;
  readonly permissionSetGroups?: Readonly<Record<Name, PermissionSetGroup>>;
  readonly roles?: Readonly<Record<Name, Role>>;
  readonly users: Readonly<Record<Name, User>>;
  readonly groups?: Readonly<Record<Name, Group>>;
  /** Libraries (ContentWorkspace) and Chatter groups (CollaborationGroup). */
  readonly libraries?: Readonly<Record<Name, { readonly members: readonly Principal[] }>>;
  readonly chatterGroups?: Readonly<Record<Name, ChatterGroup>>;
  readonly territories?: Readonly<Record<Name, Territory>>;
  readonly records: Readonly<Record<Name, RecordFacts>>;
  readonly files?: Readonly<Record<Name, FileFacts>>;
  readonly teams?: readonly TeamMember[];
  /** Rows made by hand, by sharing rules or by Apex while all users were active; all other rows of `shareTable` follow from facts. */
  readonly sharing?: readonly ShareRow[];
  /** Access that Salesforce grants without a row: the users whom a sharing set or super user access lets read a record. */
  readonly unstored?: readonly { readonly by: "sharing set" | "super user"; readonly user: Name; readonly on: Name }[];
  readonly restrictionRules?: readonly RestrictionRule[];
  /** Tables and settings that the service cannot read. Salesforce's own answer does not depend on it. */
  readonly unreadable?: readonly (
    "RestrictionRule" | "UserLogin" | "Territory2Model" | "Grant Access Using Hierarchies"
  )[];
}

/** The last five exist in the cases only; a simulated org may skip the cases that use them. */
export type ObjectName =
  | "Account"
  | "Contact"
  | "Opportunity"
  | "Lead"
  | "Campaign"
  | "Case"
  | "Project__c"
  | "Milestone__c"
  | "Visit__c"
  | "Visit_Note__c"
  | "Inspection__c"
  | "Milestone_Note__c"
  | "Deal_Note__c";

/** Masters of the custom details, by `relationshipOrder`: the first master first. */
export const mastersOf: Partial<Record<ObjectName, readonly ObjectName[]>> = {
  Milestone__c: ["Project__c", "Account"],
  Visit__c: ["Project__c"],
  Visit_Note__c: ["Visit__c"],
  Inspection__c: ["Account"],
  Milestone_Note__c: ["Milestone__c"],
  Deal_Note__c: ["Opportunity"],
};

/** EntityDefinition's words, Organization's words, and one that does not exist. */
export type SharingModel =
  | "Private"
  | "Read"
  | "ReadWrite"
  | "ReadWriteTransfer"
  | "FullAccess"
  | "ControlledByParent"
  | "None"
  | "Edit"
  | "NotAModel";

export type ObjectPermission = "Read" | "ViewAll" | "ModifyAll";

export interface PermissionSet {
  /** As Salesforce stores them: Modify All comes with View All, View All with Read. */
  readonly objects?: Partial<Record<ObjectName, readonly ObjectPermission[]>>;
  readonly system?: readonly ("ViewAllData" | "ModifyAllData")[];
  readonly requiresActivation?: true;
  /** The integration user cannot read the set's own row. */
  readonly unreadable?: true;
}

export interface PermissionSetGroup {
  readonly sets: readonly Name[];
  readonly muting?: PermissionSet;
  readonly requiresActivation?: true;
  /** The permissions of the aggregated set. Given only if it is out of date; otherwise it is the sets less the muting. */
  readonly aggregated?: PermissionSet;
}

/** An assignment of a permission set or a permission set group by its name. */
export interface Assignment {
  readonly of: Name;
  readonly active?: false;
  readonly expires?: "past" | "future";
  readonly revoked?: true;
}

export interface Role {
  readonly parent?: Name;
  /** Access to children of accounts that users of the role own; `None` unless given. */
  readonly contact?: ShareLevel;
  readonly opportunity?: ShareLevel;
  readonly case?: ShareLevel;
  readonly portal?: {
    readonly account: Name;
    readonly type: "Partner" | "CustomerPortal";
    readonly rank: "Executive" | "Manager" | "Worker";
  };
}

export interface User {
  readonly type?: UserType;
  readonly role?: Name;
  readonly manager?: Name;
  /** Account of an external user. Its contact is a record of the case, or one that the loader makes. */
  readonly account?: Name;
  readonly contact?: Name;
  readonly active?: false;
  readonly frozen?: true;
  /** The profile's permission set. Unless given: Read on every object and nothing more. */
  readonly profile?: Name;
  readonly assigned?: readonly Assignment[];
  readonly displayName?: string;
  readonly email?: string;
}

export type UserType =
  | "Standard"
  | "CsnOnly"
  | "PowerPartner"
  | "PowerCustomerSuccess"
  | "CustomerSuccess"
  | "CspLitePortal"
  | "Guest"
  | "AutomatedProcess"
  | "NotAType";

export interface Group {
  readonly type: "Regular" | "Queue" | "Personal" | "NotAType";
  readonly members: readonly Principal[];
  readonly includesBosses: boolean;
}

export interface ChatterGroup {
  readonly type: "Public" | "Private";
  readonly members: readonly Name[];
}

export interface Territory {
  /** State of the territory's model: `Active` unless given. */
  readonly model?: "Planning" | "Active" | "Archived";
  readonly parent?: Name;
  readonly level: ShareLevel;
  readonly contact?: ShareLevel;
  readonly opportunity?: ShareLevel;
  readonly case?: ShareLevel;
  readonly users: readonly Name[];
  readonly inactiveUsers?: readonly Name[];
  /** Accounts associated by hand, and by an assignment rule. */
  readonly accounts?: readonly Name[];
  readonly accountsByRule?: readonly Name[];
}

export interface RecordFacts {
  readonly object: ObjectName;
  /** A user or a queue; details have no owner. */
  readonly owner?: Name;
  /** AccountId of contacts, opportunities and cases, Account__c of projects, ParentId of accounts. */
  readonly account?: Name;
  /** ContactId of a case. */
  readonly contact?: Name;
  /** In the order of `mastersOf`. */
  readonly masters?: readonly Name[];
  readonly isPrivate?: true;
}

export interface FileFacts {
  readonly owner: Name;
  /** SharingPrivacy is P instead of N. */
  readonly privateOnRecords?: true;
  readonly links?: readonly FileLink[];
}

export interface FileLink {
  /** A record, user, group of the org (`Organization`), library or Chatter group. */
  readonly to: Name;
  /** `AllUsers` unless given. */
  readonly visibility?: "AllUsers" | "InternalUsers" | "SharedUsers" | "NotAVisibility";
}

/** AccountTeamMember, OpportunityTeamMember or CaseTeamMember, by the object of `on`. */
export interface TeamMember {
  readonly on: Name;
  readonly user: Name;
  readonly level: ShareLevel;
  readonly contact?: ShareLevel;
  readonly opportunity?: ShareLevel;
  readonly case?: ShareLevel;
}

export type ShareLevel = "None" | "Read" | "Edit" | "All" | "" | "NotALevel";

/** Child levels belong to AccountShare and are `None` unless given. Contact's is not compared while it is controlled by its parent. */
export interface ShareRow {
  readonly on: Name;
  readonly to: Principal;
  readonly cause: RowCause;
  readonly level: ShareLevel;
  readonly contact?: ShareLevel;
  readonly opportunity?: ShareLevel;
  readonly case?: ShareLevel;
  /** The documents leave open whether this row is stored. No answer depends on it. */
  readonly optional?: true;
}

export type RowCause =
  | "Owner"
  | "Manual"
  | "Rule"
  | "GuestRule"
  | "Team"
  | "Territory"
  | "Territory2AssociationManual"
  | "ImplicitParent"
  | "ImplicitChild"
  | "PortalImplicit"
  | "RelatedPortalUser"
  | "Reviewer__c";

export interface RestrictionRule {
  readonly object: ObjectName;
  readonly enforcement: "Restrict" | "Scoping";
  readonly active: boolean;
  /** Every active user matches. */
  readonly userCriteria: "$User.IsActive = true";
  /** The records that a matching user may see. A loader creates all records as a separate user, so no user of a case created any. */
  readonly recordFilter: "OwnerId = $User.Id" | "CreatedById = $User.Id";
}
