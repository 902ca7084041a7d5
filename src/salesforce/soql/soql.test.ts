import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeSoql, soql, soqlString, splitValues } from "./soql.ts";

describe("soql", () => {
  it("writes fields, parents, subqueries, conditions, order and limit", () => {
    const statement = soql({
      fields: ["Id", "Owner.Name"],
      children: [
        { fields: ["Id"], from: "Opportunities", orderBy: { field: "CreatedDate", descending: true }, limit: 1 },
      ],
      from: "Account",
      where: { field: "Id", isOneOf: ["001", "O'Neill"] },
    });

    expect(statement).toBe(
      "SELECT Id,Owner.Name,(SELECT Id FROM Opportunities ORDER BY CreatedDate DESC LIMIT 1) FROM Account WHERE Id IN ('001','O\\'Neill')",
    );
  });

  it("limits a dateTime to a period", () => {
    const where = { field: "SystemModstamp", from: "2026-03-01T12:00:00Z", to: "2026-03-01T12:30:00.000Z" };

    expect(soql({ fields: ["Id"], from: "Account", where })).toBe(
      "SELECT Id FROM Account WHERE SystemModstamp >= 2026-03-01T12:00:00Z AND SystemModstamp < 2026-03-01T12:30:00.000Z",
    );
  });

  it.each(["2026-03-01", "2026-03-01T12:00:00+01:00", "2026-03-01T12:00:00Z OR Id != ''"])(
    "refuses %j as a dateTime",
    (from) => {
      const where = { field: "SystemModstamp", from, to: "2026-03-01T12:30:00Z" };

      expect(() => soql({ fields: ["Id"], from: "Account", where })).toThrow(TypeError);
    },
  );

  it.each(["Id FROM User", "a'b", "", "A..B", "1a"])("refuses %j as a name", (name) => {
    expect(() => soql({ fields: [name], from: "Account" })).toThrow(TypeError);
  });

  it("escapes a literal so that it never ends early", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const literal = soqlString(value);

        // Every quote and backslash inside is preceded by an odd run of backslashes.
        expect(literal.slice(1, -1).replaceAll(/\\[\\'nrtbf]/g, "")).not.toMatch(/['\\\n\r\t\b\f]/);
      }),
    );
  });
});

describe("encodeSoql", () => {
  it("is decoded to the original statement", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (statement) => {
        expect(new URLSearchParams(`q=${encodeSoql(statement)}`).get("q")).toBe(statement);
      }),
    );
  });
});

describe("splitValues", () => {
  const statementFor = (part: readonly string[]): string =>
    soql({ fields: ["Id"], from: "CaseFeed", where: { field: "ParentId", isOneOf: part } });

  it("keeps each statement within its bytes and loses no value", () => {
    const ids = Array.from({ length: 3000 }, (_, n) => `500${String(n).padStart(15, "0")}`);

    const parts = [...splitValues(ids, { statementFor, maxBytes: 12_900 })];

    expect(parts.flat()).toEqual(ids);
    expect(Math.max(...parts.map((part) => encodeSoql(statementFor(part)).length))).toBeLessThanOrEqual(12_900);
    expect(parts.length).toBeLessThanOrEqual(6);
  });

  it("returns no statement for no values", () => {
    expect([...splitValues([], { statementFor, maxBytes: 1000 })]).toEqual([]);
  });
});
