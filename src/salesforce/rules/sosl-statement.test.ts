import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSosl, soslText } from "./sosl-statement.ts";

describe("readSosl", () => {
  it("separates the parts of a statement", () => {
    const read = readSosl(
      "FIND {a \\} ' (b} IN NAME FIELDS RETURNING Account (Id, toLabel(Type) kind WHERE Name = 'x)' AND (A = 1) ORDER BY Name LIMIT 3 OFFSET 2), Contact, Lead(Name) WITH SNIPPET (target_length=120) LIMIT 20",
    );

    expect(read).toEqual({
      head: "FIND {a \\} ' (b} IN NAME FIELDS RETURNING",
      objects: [
        {
          name: "Account",
          fields: ["Id", "toLabel(Type) kind"],
          clauses: "WHERE Name = 'x)' AND (A = 1) ORDER BY Name",
          ordered: true,
          limit: 3,
          offset: 2,
        },
        { name: "Contact", fields: [], clauses: "", ordered: false },
        { name: "Lead", fields: ["Name"], clauses: "", ordered: false },
      ],
      tail: "WITH SNIPPET (target_length=120)",
      limit: 20,
    });
  });

  it.each([
    "FIND {x} RETURNING Account",
    "FIND {RETURNING Account(Id)} RETURNING Contact(Name)",
    "find {\"a \\} b\\\"} IN ALL FIELDS returning Account(WHERE Name LIKE 'a%')",
    "FIND {x} RETURNING Account(Id USING ListView=Recent LIMIT 3), Case(CaseNumber ORDER BY Id DESC OFFSET 4) WITH DIVISION = 'a, b' LIMIT 9",
  ])("writes the statement that it read: %s", (text) => {
    expect(soslText(readSosl(text))).toBe(text);
  });

  it("reads any term in its braces to its end", () => {
    const term = fc.string().map((text) => text.replaceAll(/[\\}]/g, (sign) => `\\${sign}`));

    fc.assert(
      fc.property(term, (text) => {
        expect(readSosl(`FIND {${text}} RETURNING Account(Name LIMIT 2)`)).toEqual({
          head: `FIND {${text}} RETURNING`,
          objects: [{ name: "Account", fields: ["Name"], clauses: "", ordered: false, limit: 2 }],
          tail: "",
        });
      }),
    );
  });

  it.each([
    ["FIND {x}", /found the end of the statement/],
    ["FIND {x} WITH SNIPPET", /expected RETURNING .*found "WITH"/],
    ["FIND 'x' RETURNING Account", /in braces/],
    ["FIND {x RETURNING Account", /the search term has no closing brace/],
    ["SELECT Id FROM Account", /does not begin with FIND/],
    ["FIND {x} IN ALL RETURNING Account", /IN is not followed by a group of FIELDS/],
    ["FIND {x} RETURNING", /RETURNING has no object/],
    ["FIND {x} RETURNING Account(Id), ", /RETURNING has no object/],
    ["FIND {x} RETURNING Account(Id,)", /an extra comma/],
    ["FIND {x} RETURNING Account(Id", /a parenthesis that is not closed/],
    ["FIND {x} RETURNING Account(Id LIMIT 3 WHERE Name = 'a')", /the last clauses/],
    ["FIND {x} RETURNING Account(Id LIMIT 3x)", /a whole number/],
    ["FIND {x} RETURNING Account(Id) Contact(Id)", /unexpected "Contact"/],
    ["FIND {x} RETURNING Account(Id) UPDATE TRACKING", /a sync only reads/],
  ])("refuses %s", (statement, message) => {
    expect(() => readSosl(statement)).toThrow(message);
    expect(() => readSosl(statement)).toThrow(SyntaxError);
  });
});
