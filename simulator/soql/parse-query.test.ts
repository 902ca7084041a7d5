import { describe, expect, test } from "vitest";
import { parseQuery } from "./parse-query.ts";
import type { Condition } from "./syntax.ts";

/** A condition in brief: `and(a,not(b))`. */
function brief(condition: Condition | undefined): string {
  if (condition === undefined) return "";
  if (condition.kind === "compare")
    return condition.left.kind === "field" ? condition.left.names.join(".") : condition.left.kind;
  if (condition.kind === "not") return `not(${brief(condition.part)})`;
  return `${condition.kind}(${condition.parts.map((part) => brief(part)).join(",")})`;
}

const where = (text: string) => parseQuery(`SELECT Id FROM A WHERE ${text}`).where;

describe("conditions", () => {
  test.each([
    ["a = 1", "a"],
    ["a = 1 AND b = 2 AND c = 3", "and(a,b,c)"],
    ["a = 1 AND (b = 2 OR c = 3)", "and(a,or(b,c))"],
    ["(a = 1 AND b = 2) OR (c = 3 AND (d = 4 OR e = 5))", "or(and(a,b),and(c,or(d,e)))"],
    ["NOT a = 1", "not(a)"],
    ["(NOT ((NOT ((NOT (a = 1))))))", "not(not(not(a)))"],
    ["(NOT (a = 1 AND b = 2)) OR c = 3", "or(not(and(a,b)),c)"],
    ["NOT (NOT (a = 1))", "not(not(a))"],
    ["a IN ('x', 'y') AND (NOT b LIKE 'z%')", "and(a,not(b))"],
    ["x = 'AND (OR) NOT' AND y = 2", "and(x,y)"],
  ])("%s is %s", (text, tree) => {
    expect(brief(where(text))).toBe(tree);
  });

  test("of child queries, semi-joins and HAVING are their own", () => {
    const query = parseQuery(
      "SELECT a, COUNT(Id), (SELECT Id FROM Cs WHERE (NOT x = 1) OR y = 2) FROM A WHERE b IN (SELECT c FROM D WHERE (NOT (e = 1))) AND f = 2 GROUP BY a HAVING (NOT COUNT(Id) > 1) OR a = 'x'",
    );
    const [child] = query.select.filter((item) => item.kind === "subquery");
    const [join] = query.where?.kind === "and" ? query.where.parts : [];

    expect(brief(child?.query.where)).toBe("or(not(x),y)");
    expect(brief(query.where)).toBe("and(b,f)");
    expect(brief(join?.kind === "compare" ? join.subquery?.where : undefined)).toBe("not(e)");
    expect(brief(query.grouping?.having)).toBe("or(not(call),a)");
  });
});

describe("keywords", () => {
  test("ignore case", () => {
    const query = parseQuery(
      "select Id, count(Id) n from A where Name like 'x%' and T not in ('y') group by rollup(Id) having sum(B) > 1 order by Id desc nulls last limit 2 offset 1",
    );

    expect(query.where).toMatchObject({ parts: [{ operator: "LIKE" }, { operator: "NOT IN" }] });
    expect(query.grouping).toMatchObject({ kind: "rollup", having: { left: { name: "SUM" } } });
    expect(query.orderBy).toMatchObject([{ descending: true, nullsLast: true }]);
    expect([query.limit, query.offset]).toEqual([2, 1]);
  });

  test("name objects, fields and aliases unless they are reserved", () => {
    const query = parseQuery("SELECT Group.Name, Format, COUNT(Id) count FROM Group offset GROUP BY Group.Name");

    expect(query.from).toMatchObject({ name: "Group", alias: "offset" });
    expect(query.select).toMatchObject([
      { expression: { names: ["Group", "Name"] } },
      { expression: { names: ["Format"] } },
      { alias: "count" },
    ]);
    expect(() => parseQuery("SELECT Limit FROM A")).toThrow("unexpected token: 'Limit'");
  });
});

describe("literals", () => {
  test("resolve the escape sequences of strings", () => {
    expect(where("a = 'it\\'s\\ta \\u00e9 \\\\'")).toMatchObject({
      values: [{ kind: "string", text: "it's\ta é \\" }],
    });
  });

  test.each([
    ["'x'", "string", "x"],
    ["10:20:30Z", "time", "10:20:30Z"],
    ["2026-01-02", "date", "2026-01-02"],
    ["2026-01-02T03:04:05+01:00", "datetime", "2026-01-02T03:04:05+01:00"],
    ["last_n_days:5", "dateLiteral", "LAST_N_DAYS:5"],
    ["TODAY", "dateLiteral", "TODAY"],
    ["-1.5", "number", "-1.5"],
    [".5", "number", ".5"],
    ["usd5000.25", "currency", "USD5000.25"],
    ["true", "boolean", "TRUE"],
    ["null", "null", "NULL"],
  ])("%s is a %s", (written, kind, text) => {
    expect(where(`a = ${written}`)).toMatchObject({ values: [{ kind, text, at: 27 }] });
    expect(where(`a IN (${written}, null)`)).toMatchObject({ values: [{ kind, text }, { kind: "null" }] });
  });

  test.each(["TOMORROWS", "LAST_N_DAYS", "LAST_N_DAYS:x", "1e5", "(1)", "2026-01-02T03:04:05", ""])(
    "%j is not a value",
    (written) => {
      expect(() => where(`a = ${written}`)).toThrow(/unexpected token/u);
    },
  );
});

describe("clauses", () => {
  test("OFFSET does not need LIMIT", () => {
    const query = parseQuery("SELECT Id FROM A OFFSET 5");

    expect([query.from.alias, query.limit, query.offset]).toEqual([undefined, undefined, 5]);
  });

  test("FROM can name parents", () => {
    const { from } = parseQuery("SELECT o.Name FROM Contact c, c.Account a, a.Owner o");

    expect(from).toMatchObject({
      name: "Contact",
      alias: "c",
      parents: [
        { alias: "a", path: { names: ["c", "Account"] } },
        { alias: "o", path: { names: ["a", "Owner"] } },
      ],
    });
  });

  test("a child query can name its parent", () => {
    const { select } = parseQuery("SELECT Id, (SELECT Id FROM a.Contacts) FROM Account a");

    expect(select).toMatchObject([{}, { query: { from: { name: "Contacts", at: 27 } } }]);
  });

  test.each([
    "USING SCOPE mine WHERE a = 1 ORDER BY a LIMIT 1 OFFSET 1 FOR VIEW UPDATE TRACKING",
    "WITH DATA CATEGORY Geography__c AT (usa__c, uk__c) AND Product__c BELOW all__c",
    "FOR REFERENCE",
    "UPDATE VIEWSTAT",
  ])("%s is accepted", (clauses) => {
    expect(parseQuery(`SELECT Id FROM A ${clauses}`).from.name).toBe("A");
  });

  test.each([
    ["LIMIT 1 WHERE a = 1", "WHERE"],
    ["HAVING COUNT(Id) > 1", "HAVING"],
    ["ORDER BY toLabel(a)", "toLabel"],
    ["GROUP BY SUM(a)", "SUM"],
    ["LIMIT -1", "-1"],
    ["WITH SECURITY_ENFORCED", "SECURITY_ENFORCED"],
    ["FOR", "<EOF>"],
  ])("%s is refused", (clauses, token) => {
    expect(() => parseQuery(`SELECT Id FROM A ${clauses}`)).toThrow(`unexpected token: '${token}'`);
  });

  test.each(["ALL ROWS", "WHERE a = 1 ORDER BY b LIMIT 1 ALL ROWS"])(
    "%s is refused, as it exists in Apex only",
    (clauses) => {
      expect(() => parseQuery(`SELECT Id FROM A ${clauses}`)).toThrow("ALL ROWS not allowed in this context");
    },
  );

  test("an error shows whole words around the token, the caret and the column", () => {
    const before = `SELECT Id FROM A WHERE ${Array.from({ length: 20 }, (_, index) => `field${index} = 1 AND `).join("")}`;

    expect(() => parseQuery(`${before}x == 2 AND more = 3 AND evenMore = 4`)).toThrow(
      new RegExp(
        `^\\nAND field18 = 1 AND field19 = 1 AND x == 2 AND more = 3 AND evenMore\\n {38}\\^\\nERROR at Row:1:Column:${before.length + 3}\\nunexpected token: '='$`,
        "u",
      ),
    );
  });
});
