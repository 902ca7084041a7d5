import { expect, it } from "vitest";
import type { ShareRow } from "../sharing-cases/sharing-case.ts";
import { caseOrg, type CaseOrg } from "./case-org.ts";
import { type IndexedOrg, indexOrg, seenPairs } from "./index-org.ts";

const contacts = Array.from({ length: 250 }, (_, number) => `contact${number}`);
const jane = { object: "Contact", owner: "rep", account: "acme" } as const;

/** An account that controls 250 contacts, with the users to whom it is shared. */
function accountSharedTo(sharees: readonly string[]): CaseOrg {
  const rows = sharees.map((to): ShareRow => ({ on: "acme", to, cause: "ImplicitParent", level: "Read" }));
  return caseOrg({
    title: "",
    sources: [],
    facts: {
      users: { rep: {}, newOwner: {} },
      defaults: { Contact: "ControlledByParent" },
      records: {
        acme: { object: "Account", owner: "rep" },
        ...Object.fromEntries(contacts.map((name) => [name, jane])),
      },
      files: { report: { owner: "rep", links: [{ to: "contact7" }] } },
    },
    shareTable: rows,
    answers: {},
  });
}

function changedDocuments(before: IndexedOrg, after: IndexedOrg): string[] {
  return [...after.documents].flatMap(([id, document]) =>
    JSON.stringify(document) === JSON.stringify(before.documents.get(id)) ? [] : [id],
  );
}

it("a new row on an account with many contacts changes the account's document and identities, not the contacts", () => {
  const [alone, shared] = [accountSharedTo([]), accountSharedTo(["newOwner"])];
  const policy = indexOrg(alone).demand.choose();
  const [before, after] = [indexOrg(alone, { policy }), indexOrg(shared, { policy })];
  const seenBy = (indexed: IndexedOrg, name: string): number =>
    [...seenPairs(indexed)].filter((pair) => pair.startsWith(alone.idOf(name))).length;

  expect(changedDocuments(before, after)).toEqual([alone.idOf("acme")]);
  expect(seenBy(before, "newOwner")).toBe(0);
  expect(seenBy(after, "newOwner")).toBe(1 + contacts.length + 1);
});
