import type { RecordFacts, ShareFacts } from "./record-facts.ts";
import type { RoleHierarchy } from "./roles.ts";
import type { RoleFacts } from "./sharing-facts.ts";
import { grantsRead, isPublicReadWrite } from "./sharing-models.ts";
import type { SalesforceObject } from "./salesforce-objects.ts";
import type { Sharees } from "./sharees.ts";
import type { Principal } from "./tokens.ts";
import type { Users } from "./users.ts";

/** The children that an account opens by levels of its share rows. Contacts only while they are not controlled by their account. */
const childObjects = ["Contact", "Opportunity", "Case"] as const;
type ChildObject = (typeof childObjects)[number];

export const isChildOfAccounts = (name: string): name is ChildObject => childObjects.some((child) => child === name);

export type ChildPrincipals = Readonly<Record<ChildObject, readonly Principal[]>>;

const levelOfShare: Record<ChildObject, (share: ShareFacts) => string | null | undefined> = {
  Contact: ({ contactAccessLevel }) => contactAccessLevel,
  Opportunity: ({ opportunityAccessLevel }) => opportunityAccessLevel,
  Case: ({ caseAccessLevel }) => caseAccessLevel,
};
const levelOfRole: Record<ChildObject, (role: RoleFacts) => string | null | undefined> = {
  Contact: ({ contactAccessForAccountOwner }) => contactAccessForAccountOwner,
  Opportunity: ({ opportunityAccessForAccountOwner }) => opportunityAccessForAccountOwner,
  Case: ({ caseAccessForAccountOwner }) => caseAccessForAccountOwner,
};

interface ImplicitParts {
  readonly users: Users;
  readonly roles: RoleHierarchy;
  readonly sharees: Sharees;
}

/**
 * What an account gives to its contacts, opportunities and cases (Designing Record Access for Enterprise Scale: Implicit Sharing). The
 * owner's row gives only what the owner's role grants as well; the role alone decides if accounts have no share table.
 */
export function childPrincipals(
  account: RecordFacts,
  object: SalesforceObject,
  { users, roles, sharees }: ImplicitParts,
): ChildPrincipals {
  const { ownerId, shares } = account;
  const ownersRole = typeof ownerId === "string" ? roles.get(users.get(ownerId)?.userRoleId) : undefined;
  const roleGrants = (child: ChildObject): boolean =>
    ownersRole !== undefined && grantsRead(levelOfRole[child](ownersRole));
  // Which row is the owner's is not known without the owner.
  const rows = typeof ownerId === "string" ? sharees.shares(account) : [];
  const byRole = shares === "no share table" && hasNoShareTable(object);
  const principals = (child: ChildObject): Principal[] => [
    ...(byRole && roleGrants(child) ? sharees.owner(account) : []),
    ...rows
      .filter(({ share }) => grantsRead(levelOfShare[child](share)))
      .filter(({ share }) => share.userOrGroupId !== ownerId || roleGrants(child))
      .flatMap((row) => row.principals),
  ];
  return {
    Contact: distinct(principals("Contact")),
    Opportunity: distinct(principals("Opportunity")),
    Case: distinct(principals("Case")),
  };
}

const distinct = (principals: readonly Principal[]): Principal[] => [...new Set(principals)];

const hasNoShareTable = ({ facts }: SalesforceObject): boolean =>
  isPublicReadWrite(facts.internalSharingModel) && isPublicReadWrite(facts.externalSharingModel);
