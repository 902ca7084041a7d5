import { defineObject } from "../define-object.ts";

// Field names: Object Reference for the Salesforce Platform, "ListView".

const listView = defineObject("ListView", {
  prefix: "00B",
  system: "kept",
  access: "everyone",
  traits: "readonly noreplicate",
  fields: `
    Name: string(80) name
    DeveloperName: string(80)
    NamespacePrefix: string(15)
    SobjectType: picklist()
    IsSoqlCompatible: boolean
    LastViewedDate: datetime readonly system
    LastReferencedDate: datetime readonly system`,
});

export const listViewObjects = [listView];
