import { defineObject } from "../define-object.ts";

// Field names: Object Reference for the Salesforce Platform, the page of each object (Sales Territories).

const accessLevels = `
    AccountAccessLevel: picklist(Read|Edit|All)
    OpportunityAccessLevel: picklist(None|Read|Edit|All)
    CaseAccessLevel: picklist(None|Read|Edit|All)
    ContactAccessLevel: picklist(None|Read|Edit|All)`;

const territory = defineObject("Territory2", {
  prefix: "0MI",
  label: "Territory",
  plural: "Territories",
  system: "bare",
  access: "everyone",
  traits: "noreplicate",
  fields: `
    Name: string(80) name required
    Territory2TypeId: reference(Territory2Type) rel=Territory2Type keep required
    Territory2ModelId: reference(Territory2Model) rel=Territory2Model cascade required once
    ParentTerritory2Id: reference(Territory2) rel=ParentTerritory2 keep
    Description: string(1000) nogroup
    ForecastUserId: reference(User) rel=ForecastUser keep
    ${accessLevels.trim()}
    DeveloperName: string(80) required
    LastModifiedDate: datetime readonly system
    LastModifiedById: reference(User) rel=LastModifiedBy keep readonly system required
    SystemModstamp: datetime readonly system`,
});

const model = defineObject("Territory2Model", {
  prefix: "0MA",
  label: "Territory Model",
  system: "kept",
  access: "everyone",
  fields: `
    Name: string(80) name required
    Description: string(1000) nogroup
    ActivatedDate: datetime readonly
    DeactivatedDate: datetime readonly
    State: picklist(Planning|Active|Archived|Cloning) readonly
    DeveloperName: string(80) required`,
});

const territoryType = defineObject("Territory2Type", {
  prefix: "0M5",
  label: "Territory Type",
  system: "kept",
  access: "everyone",
  fields: `
    DeveloperName: string(80) name required
    MasterLabel: string(80) required
    Priority: int required`,
});

const objectAssociation = defineObject("ObjectTerritory2Association", {
  prefix: "0TY",
  label: "Object Territory Association",
  system: "bare",
  access: "everyone",
  traits: "noreplicate",
  fields: `
    ObjectId: reference(Account) rel=Object children=ObjectTerritory2Associations cascade required
    Territory2Id: reference(Territory2) rel=Territory2 children=ObjectTerritory2Associations cascade required
    AssociationCause: picklist(Territory2Manual|Territory2AssignmentRule|Territory2Api)
    SobjectType: picklist(Account|Lead) readonly
    LastModifiedDate: datetime readonly system
    LastModifiedById: reference(User) rel=LastModifiedBy keep readonly system required
    IsDeleted: boolean readonly system
    SystemModstamp: datetime readonly system`,
});

const userAssociation = defineObject("UserTerritory2Association", {
  prefix: "0TU",
  label: "User Territory Association",
  system: "bare",
  access: "everyone",
  traits: "noreplicate",
  fields: `
    UserId: reference(User) rel=User keep required
    Territory2Id: reference(Territory2) rel=Territory2 children=UserTerritory2Associations cascade required
    IsActive: boolean readonly
    RoleInTerritory2: picklist(Owner|Administrator|Sales Rep)
    LastModifiedDate: datetime readonly system
    LastModifiedById: reference(User) rel=LastModifiedBy keep readonly system required
    SystemModstamp: datetime readonly system`,
});

const sharingConfig = defineObject("Territory2ObjSharingConfig", {
  prefix: "0s8",
  label: "Territory Object Sharing Configuration",
  system: "kept",
  access: "everyone",
  fields: `
    Territory2Id: reference(Territory2) rel=Territory2 children=Territory2ObjSharingConfigs cascade required
    SobjectType: picklist(Account|Contact|Opportunity|Case|Lead) required
    AccessLevel: picklist(None|Read|Edit|All) required`,
});

export const territoryObjects = [territory, model, territoryType, objectAssociation, userAssociation, sharingConfig];
