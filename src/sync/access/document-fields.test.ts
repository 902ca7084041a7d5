import { describe, expect, it } from "vitest";
import type { SourceObject } from "../ports.ts";
import { fieldsAfter, fieldsBefore, fieldsDuring } from "./document-fields.ts";

const [email, phone, rating] = ["Contact.Email", "Contact.Phone", "Account.Rating"];

/** An object whose documents would contain these fields. */
function object(name: string, ...permissionFields: string[]): SourceObject {
  const planned: SourceObject = {
    name,
    schema: [],
    selection: "all",
    idPrefix: undefined,
    canReadChanges: false,
    permissionFields,
    withoutFields: () => Promise.resolve(planned),
    pages: () => {
      throw new Error("This test reads no records.");
    },
  };
  return planned;
}

const indexed = new Map([
  ["Account", 1],
  ["Contact", 1],
]);
const state = { lists: [], carriedFields: { Account: [rating], Contact: [email, phone] } };

describe("the fields that documents contain before a sync", () => {
  it("are all that they could contain if nothing is known, and none of an object without documents", () => {
    const objects = [object("Account", rating), object("Lead", "Lead.Email")];

    expect(fieldsBefore(objects, { state: undefined, indexedTypes: indexed })).toEqual({ Account: [rating], Lead: [] });
  });

  it("are those of the last sync, also of an object that this sync cannot read", () => {
    const during = fieldsBefore([object("Account", rating)], { state, indexedTypes: indexed });
    // The integration user lost Email before the object came back.
    const back = fieldsBefore([object("Contact", phone)], {
      state: { ...state, carriedFields: during },
      indexedTypes: indexed,
    });

    expect(during).toEqual(state.carriedFields);
    expect(back["Contact"]).toEqual([email, phone]);
  });

  it("are forgotten with the documents of an object that is no longer selected", () => {
    const onlyAccounts = new Map([["Account", 1]]);

    expect(fieldsBefore([object("Account", rating)], { state, indexedTypes: onlyAccounts })).toEqual({
      Account: [rating],
    });
  });
});

it("documents contain old and new fields during a sync, and only new ones after it if all of them were written", () => {
  const written = [object("Contact", phone)];
  const during = fieldsDuring({ Account: [rating], Contact: [email] }, written);

  expect(during).toEqual({ Account: [rating], Contact: [email, phone] });
  expect(fieldsAfter(during, written)).toEqual({ Account: [rating], Contact: [phone] });
  expect(fieldsAfter(during, [])).toEqual(during);
});
