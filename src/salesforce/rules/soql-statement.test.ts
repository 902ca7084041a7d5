import { parseQuery } from "@jetstreamapp/soql-parser-js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { limitedToOne, pathOf, readSoql, soqlText } from "./soql-statement.ts";

const itemTexts = (statement: string): string[] => readSoql(statement).items.map(({ text }) => text);

describe("readSoql", () => {
  it.each([
    ["one line", "SELECT Id, Name FROM Account", ["Id", "Name"]],
    ["several lines and small letters", "select id ,\n\tname\r\nfrom account\nwhere name = 'x'", ["id", "name"]],
    [
      "subqueries",
      "SELECT Name, (SELECT Id, Name FROM Contacts WHERE Name IN ('FROM', ')')), Phone FROM Account",
      ["Name", "(SELECT Id, Name FROM Contacts WHERE Name IN ('FROM', ')'))", "Phone"],
    ],
    ["functions", "SELECT toLabel(Status), FORMAT(Amount) amt FROM Lead", ["toLabel(Status)", "FORMAT(Amount) amt"]],
    [
      "TYPEOF with its commas",
      "SELECT TYPEOF What WHEN Account THEN Phone, Name ELSE Name END, Subject FROM Task",
      ["TYPEOF What WHEN Account THEN Phone, Name ELSE Name END", "Subject"],
    ],
    [
      "fields named like keywords",
      "SELECT Order, End__c, From__c FROM X__c WHERE Limit__c > 2",
      ["Order", "End__c", "From__c"],
    ],
    ["namespaces", "SELECT ns__A__c, ns__B__r.Name FROM ns__O__c", ["ns__A__c", "ns__B__r.Name"]],
  ])("separates the items of the list: %s", (_what, statement, items) => {
    expect(itemTexts(statement)).toEqual(items);
  });

  it.each([
    ["an alias", "SELECT a.Owner.Name FROM Account a", ["Owner", "Name"]],
    ["an alias with AS", "SELECT a.Owner.Name FROM Account AS a", ["Owner", "Name"]],
    ["the object's own name", "SELECT Account.Name FROM Account", ["Name"]],
    ["a parent's alias", "SELECT o.Name FROM Contact c, c.Account a, a.Owner o", ["Account", "Owner", "Name"]],
    ["a parent of the same name", "SELECT Account.Name FROM Contact", ["Account", "Name"]],
  ])("finds the first part of a field's path: %s", (_what, statement, path) => {
    const { items, aliases } = readSoql(statement);
    const field = items[0]?.field;

    expect(field?.type === "Field" || field?.type === "FieldRelationship" ? pathOf(field, aliases) : []).toEqual(path);
  });

  it.each([
    "SELECT Id FROM Account WHERE Opens__c > 12:00:00.000Z",
    "SELECT Id FROM Account WHERE Weight__c < 1.5e3 OFFSET 10",
    "SELECT Id FROM Account WHERE CreatedDate > 2026-01-01T00:00:00+01:00 AND Amount__c = EUR5000",
    "SELECT Id FROM Account USING SCOPE mine WHERE (A = 1 OR (NOT B = 'it\\'s')) ORDER BY A DESC NULLS LAST LIMIT 3 OFFSET 2",
    "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact) AND Tags__c INCLUDES ('a;b', 'c')",
    "SELECT Id FROM Q__kav WHERE PublishStatus = 'online' WITH DATA CATEGORY Geo__c ABOVE usa__c",
    "SELECT Id FROM Account WHERE Name = 'GROUP BY x FOR UPDATE LIMIT 3'",
  ])("keeps the text after the list unchanged: %s", (statement) => {
    const read = readSoql(`  ${statement}\n`);

    expect(soqlText(read, itemTexts(statement))).toBe(statement);
  });

  it.each([
    ["SELECT COUNT() FROM Account", /COUNT\(\): its rows are groups/],
    ["SELECT Name, max(Amount) FROM Account", /max\(Amount\): its rows are groups/],
    ["SELECT Name FROM Account GROUP BY Name", /GROUP BY or HAVING/],
    ["SELECT Name FROM Account FOR UPDATE", /a sync only reads/],
    ["SELECT Name FROM Account for view", /a sync only reads/],
    ["SELECT Name FROM Account FOR REFERENCE UPDATE VIEWSTAT", /a sync only reads/],
    ["SELECT Name FROM Account UPDATE TRACKING", /a sync only reads/],
    ["SELECT Name FROM Account ALL ROWS", /deleted records/],
    ["SELECT Name FROM Account WHERE", /it is not valid SOQL: it ends too early/],
    ["SELECT Name, FROM Account", /it is not valid SOQL: unexpected "FROM"/],
    ["SELECT Name FROM Account WHER Name = 'x'", /it is not valid SOQL: unexpected "="/],
    ["SELECT Name FROM Account WHERE Name = :name", /it is not valid SOQL: unexpected ":"/],
    ["SELECT Name FROM Account; ", /it is not valid SOQL: unexpected ";"/],
    ["SELECT Name FROM Account WHERE Name = 'x", /a string without a closing quote/],
    ["SELECT Name FROM Account WHERE (Name = 'x'", /a parenthesis that is not closed/],
    ["SELECT Name) FROM Account", /a closing parenthesis without an opening one/],
    ["SELECT Name FROM", /FROM has no object/],
    ["SELECT Name", /has no FROM/],
    ["DELETE FROM Account", /does not begin with SELECT/],
    ["SELECT FORMAT(Amount) title FROM Opportunity", /every document has a member of that name/],
  ])("refuses %s", (statement, message) => {
    expect(() => readSoql(statement)).toThrow(message);
    expect(() => readSoql(statement)).toThrow(SyntaxError);
  });
});

describe("limitedToOne", () => {
  it.each([
    ["SELECT Id FROM Account", "SELECT Id FROM Account LIMIT 1"],
    ["SELECT Id FROM Account limit 300", "SELECT Id FROM Account LIMIT 1"],
    ["SELECT Id FROM Account LIMIT 300 OFFSET 2", "SELECT Id FROM Account LIMIT 1 OFFSET 2"],
    ["SELECT Id FROM Account OFFSET 2", "SELECT Id FROM Account LIMIT 1 OFFSET 2"],
    [
      "SELECT (SELECT Id FROM Contacts LIMIT 5) FROM Account WHERE Name = 'LIMIT 7'",
      "SELECT (SELECT Id FROM Contacts LIMIT 5) FROM Account WHERE Name = 'LIMIT 7' LIMIT 1",
    ],
  ])("%s", (statement, limited) => {
    expect(limitedToOne(statement)).toBe(limited);
  });
});

describe("a statement with added items", () => {
  const literal = fc.constantFrom(
    "'a'",
    "'it\\'s, FROM (x'",
    "'\\\\'",
    "null",
    "TODAY",
    "LAST_N_DAYS:3",
    "-1.5",
    "2026-01-01",
  );
  const condition = fc.letrec<{ one: string; any: string }>((tie) => ({
    one: fc
      .tuple(fc.constantFrom("Name", "Owner.Name", "Limit__c"), fc.constantFrom("=", "!=", ">"), literal)
      .map((parts) => parts.join(" ")),
    any: fc.oneof(
      { maxDepth: 3 },
      tie("one"),
      fc
        .tuple(tie("any"), fc.constantFrom("AND", "OR"), tie("any"))
        .map(([left, word, right]) => `(${left} ${word} ${right})`),
      tie("one").map((text) => `(NOT ${text})`),
    ),
  })).any;
  const field = fc.constantFrom("Name", "owner.Name", "Account.Phone", "toLabel(Industry)", "FORMAT(Amount__c) amt");
  const clauses = fc
    .tuple(fc.option(condition), fc.boolean(), fc.option(fc.nat(300)))
    .map(
      ([where, ordered, limit]) =>
        `${where === null ? "" : ` WHERE ${where}`}${ordered ? " ORDER BY Name DESC NULLS LAST" : ""}${limit === null ? "" : `\nLIMIT ${limit}`}`,
    );
  const children = fc
    .tuple(fc.array(field, { minLength: 1, maxLength: 3 }), clauses)
    .map(([list, rest]) => `(SELECT ${list.join(",")} FROM Contacts${rest})`);
  const statement = fc
    .tuple(fc.array(fc.oneof(field, children), { minLength: 1, maxLength: 5 }), fc.constantFrom("", " a"), clauses)
    .map(([list, alias, rest]) => `select ${list.join(" , ")}\nFROM Account${alias}${rest}`);

  it("differs from the original in its list only, and keeps the original items", () => {
    fc.assert(
      fc.property(statement, (text) => {
        const read = readSoql(text);
        const { fields: before, ...rest } = parseQuery(text);

        const { fields: after, ...same } = parseQuery(
          soqlText(read, [...read.items.map((item) => item.text), "Id", "SystemModstamp"]),
        );

        expect(same).toEqual(rest);
        expect(after).toEqual([
          ...(before ?? []),
          { type: "Field", field: "Id" },
          { type: "Field", field: "SystemModstamp" },
        ]);
      }),
      { numRuns: 60 },
    );
  });
});
