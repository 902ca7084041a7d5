import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonErrorOffset, jsonPosition } from "./json-position.ts";

test.each([
  ["x", 0],
  ["", 0],
  ["{", 1],
  ["{x: 1}", 1],
  ['{"a": }', 6],
  ['{"a": 1,}', 8],
  ['{"a": 1 "b": 2}', 8],
  ["[1, 2", 5],
  ["[1, 2}", 5],
  ['{"a": "b', 6],
  ['{"a": 1} x', 9],
  ['{"a": 01}', 7],
  ['\n{\n  "a": tru\n}', 10],
])("the error of %j is at %i", (text, offset) => {
  expect(() => JSON.parse(text) as unknown).toThrow();
  expect(jsonErrorOffset(text)).toBe(offset);
});

test("valid JSON up to the offset can be completed; the error of a cut JSON text is at its end or in its last token", () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (text, cut) => {
      const part = text.slice(0, cut % (text.length + 1));
      const offset = jsonErrorOffset(part);
      const lastToken = /(?:"(?:[^"\\]|\\.)*\\?|[-\w.+]*)$/u.exec(part)?.index ?? 0;

      return offset >= Math.min(lastToken, part.length) && offset <= part.length;
    }),
  );
});

test("a position counts lines and columns from 1", () => {
  expect(jsonPosition("{x", 2)).toBe("[line:1, column:3]");
  expect(jsonPosition('{\n "a": x', 9)).toBe("[line:2, column:8]");
});
