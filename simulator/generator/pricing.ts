import { dayText, drawStamps, type OrgBuilder } from "./org-builder.ts";

/** Writes the standard price book and another one, their entries, and the products of a third of the opportunities. */
export function writePricing(org: OrgBuilder): void {
  const random = org.random("pricing");
  const books = org.table("Pricebook2");
  const entries = org.table("PricebookEntry");
  const products = org.table("Product2").count;
  const bookIds = ["Standard Price Book", "Partners"].map((name, index) =>
    books.add({ ...drawStamps(random), Name: name, IsActive: 1, IsStandard: index === 0 ? 1 : 0 }),
  );
  const prices = Array.from({ length: products }, () => random.between(10, 5000) / 2);
  for (const [book, bookId] of bookIds.entries()) {
    for (const [product, price] of prices.entries()) {
      entries.add({
        ...drawStamps(random),
        Pricebook2Id: bookId,
        Product2Id: org.table("Product2").idAt(product),
        UnitPrice: book === 0 ? price : Math.round(price * 80) / 100,
        IsActive: 1,
      });
    }
  }
  for (let opportunity = 0; opportunity < org.counts.opportunities; opportunity += 3) {
    const lines = random.between(1, 4);
    for (let line = 0; line < lines; line += 1) {
      const product = random.below(products);
      const stamps = drawStamps(random);
      org.table("OpportunityLineItem").add({
        ...stamps,
        OpportunityId: org.table("Opportunity").idAt(opportunity),
        SortOrder: line + 1,
        PricebookEntryId: entries.idAt(product),
        Product2Id: org.table("Product2").idAt(product),
        Quantity: random.between(1, 40),
        UnitPrice: prices[product] ?? 0,
        Discount: random.maybe(0.2, () => random.between(1, 20)),
        ServiceDate: random.maybe(0.3, () => dayText(stamps.CreatedDate)),
      });
    }
  }
}
