import { defineObject } from "../define-object.ts";

// Field names: Object Reference for the Salesforce Platform, the page of each object.

const productName = (product: string) => `(SELECT p."Name" FROM "Product2" p WHERE p."Id" = ${product})`;
const productCode = (product: string) => `(SELECT p."ProductCode" FROM "Product2" p WHERE p."Id" = ${product})`;

const pricebook = defineObject("Pricebook2", {
  prefix: "01s",
  label: "Price Book",
  fields: `
    Name: string(255) name required
    LastViewedDate: datetime readonly system
    LastReferencedDate: datetime readonly system
    IsActive: boolean
    IsArchived: boolean readonly system
    Description: string(255)
    IsStandard: boolean readonly system`,
});

const pricebookEntry = defineObject("PricebookEntry", {
  prefix: "01u",
  label: "Price Book Entry",
  plural: "Price Book Entries",
  access: "parent:Pricebook2",
  fields: `
    Name: string(255) name readonly formula=${productName("{Product2Id}")}
    Pricebook2Id: reference(Pricebook2) rel=Pricebook2 children=PricebookEntries cascade required once
    Product2Id: reference(Product2) rel=Product2 children=PricebookEntries cascade required once
    UnitPrice: currency(16,2) required
    IsActive: boolean
    UseStandardPrice: boolean
    ProductCode: string(255) readonly formula=${productCode("{Product2Id}")}
    IsArchived: boolean readonly system`,
});

const opportunityLineItem = defineObject("OpportunityLineItem", {
  prefix: "00k",
  label: "Opportunity Product",
  access: "parent:Opportunity",
  sharing: "ControlledByParent",
  fields: `
    OpportunityId: reference(Opportunity) rel=Opportunity children=OpportunityLineItems cascade required once
    SortOrder: int readonly
    PricebookEntryId: reference(PricebookEntry) rel=PricebookEntry children=OpportunityLineItems keep once
    Product2Id: reference(Product2) rel=Product2 children=OpportunityLineItems keep once
    ProductCode: string(255) readonly formula=${productCode("{Product2Id}")}
    Name: string(376) name readonly formula=${productName("{Product2Id}")}
    Quantity: double(12,2) required
    TotalPrice: currency(16,2) readonly derived="Quantity" * "UnitPrice" * (100 - coalesce("Discount", 0)) / 100.0
    UnitPrice: currency(16,2)
    ListPrice: currency(16,2) readonly formula=(SELECT e."UnitPrice" FROM "PricebookEntry" e WHERE e."Id" = {PricebookEntryId})
    ServiceDate: date
    Description: string(255)
    Subtotal: currency(16,2) readonly derived="Quantity" * "UnitPrice"
    Discount: percent(3,2)
    LastViewedDate: datetime readonly system
    LastReferencedDate: datetime readonly system`,
});

export const pricingObjects = [pricebook, pricebookEntry, opportunityLineItem];
