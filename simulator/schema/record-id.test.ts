import { expect, test } from "vitest";
import { checkCharacters, recordId, toId18 } from "./record-id.ts";

test("the bits of a check character tell which of five characters are upper case, from the lowest bit on", () => {
  expect(checkCharacters("aaaaaaaaaaaaaaa")).toBe("AAA");
  expect(checkCharacters("Aaaaaaaaaaaaaaa")).toBe("BAA");
  expect(checkCharacters("AAAAAaaaaAAaaaa")).toBe("5QB");
  expect(checkCharacters("0123456789ABCDE")).toBe("AA5");
});

test("toId18 adds the check characters to a 15-character id and validates those of an 18-character id", () => {
  expect(toId18("001A0000006Vm9u")).toBe("001A0000006Vm9uIAC");
  expect(toId18("001A0000006Vm9uIAC")).toBe("001A0000006Vm9uIAC");
  expect(toId18("001A0000006Vm9uIAD")).toBeUndefined();
});

test.each(["", "001", "001A0000006Vm9", "001A0000006Vm9uI", "001A0000006Vm9-", "001A0000006Vm9uIAC0"])(
  "%j is not an id",
  (text) => {
    expect(toId18(text)).toBeUndefined();
  },
);

test("row ids are valid, unique and not in the order of the rows", () => {
  const ids = Array.from({ length: 5000 }, (_, index) => recordId("001", index + 1));

  expect(ids.every((id) => toId18(id) === id)).toBe(true);
  expect(new Set(ids).size).toBe(5000);
  expect([...ids].sort()).not.toEqual(ids);
});
