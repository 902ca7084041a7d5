import type { ObjectDefinition } from "../schema/object-definition.ts";

/** The share table of an object and its columns, which differ between share tables. */
export interface ShareTable {
  readonly object: string;
  readonly share: string;
  readonly parentField: string;
  /** The column with the access to the record itself. */
  readonly level: string;
}

/** Access to records of these objects implies access to their account, and access to the account can imply access to them. */
export const accountChildren = ["Contact", "Opportunity", "Case"] as const;
export type AccountChild = (typeof accountChildren)[number];

/** The column of AccountShare with the access to that child. */
export const childLevel: Readonly<Record<AccountChild, string>> = {
  Contact: "ContactAccessLevel",
  Opportunity: "OpportunityAccessLevel",
  Case: "CaseAccessLevel",
};

/** The column of UserRole with the access to that child of the accounts that users of the role own. */
export const ownerChildLevel: Readonly<Record<AccountChild, string>> = {
  Contact: "ContactAccessForAccountOwner",
  Opportunity: "OpportunityAccessForAccountOwner",
  Case: "CaseAccessForAccountOwner",
};

export const childLevels = ["ContactAccessLevel", "OpportunityAccessLevel", "CaseAccessLevel"] as const;

const standard = (object: string): ShareTable => ({
  object,
  share: `${object}Share`,
  parentField: `${object}Id`,
  level: `${object}AccessLevel`,
});

const custom = (object: string): ShareTable => ({
  object,
  share: `${object.slice(0, -1)}Share`,
  parentField: "ParentId",
  level: "AccessLevel",
});

/** All possible share tables. An org has only some of them, depending on its defaults. */
export const shareTables: readonly ShareTable[] = [
  ...["Account", "Contact", "Opportunity", "Lead", "Campaign", "Case"].map((name) => standard(name)),
  ...["Project__c", "Installation__c", "Survey_Response__c"].map((name) => custom(name)),
];

export function shareTableOf(object: string): ShareTable | undefined {
  return shareTables.find((table) => table.object === object);
}

export function shareTableNamed(share: string): ShareTable | undefined {
  return shareTables.find((table) => table.share === share);
}

/** True for the object of a share table. */
export function isShare({ system }: ObjectDefinition): boolean {
  return system === "share";
}
