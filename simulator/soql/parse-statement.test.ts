import { describe, expect, test } from "vitest";
import { parseStatement } from "./parse-statement.ts";
import type { Condition } from "./syntax.ts";

/** A condition in brief: `and(a, not(b))`. */
function brief(condition: Condition | undefined): string {
  if (condition === undefined) return "";
  if (condition.kind === "compare")
    return condition.left.kind === "field" ? condition.left.path.join(".") : condition.left.kind;
  if (condition.kind === "not") return `not(${brief(condition.part)})`;
  return `${condition.kind}(${condition.parts.map((part) => brief(part)).join(",")})`;
}

const where = (text: string) => brief(parseStatement(`SELECT Id FROM A WHERE ${text}`).query.where);

describe("conditions keep their shape", () => {
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
  ])("%s", (text, shape) => {
    expect(where(text)).toBe(shape);
  });

  test("in subqueries and HAVING each has its own", () => {
    const { query } = parseStatement(
      "SELECT a, COUNT(Id), (SELECT Id FROM Cs WHERE (NOT x = 1) OR y = 2) FROM A WHERE b IN (SELECT c FROM D WHERE (NOT (e = 1))) AND f = 2 GROUP BY a HAVING (NOT COUNT(Id) > 1) OR a = 'x'",
    );
    const [child] = query.select.filter((item) => item.kind === "subquery");
    const [join] = query.where?.kind === "and" ? query.where.parts : [];

    expect(brief(child?.query.where)).toBe("or(not(x),y)");
    expect(brief(query.where)).toBe("and(b,f)");
    expect(brief(join?.kind === "compare" ? join.subquery?.where : undefined)).toBe("not(e)");
    expect(brief(query.having)).toBe("or(not(call),a)");
  });
});

describe("values", () => {
  test("strings have their escapes resolved", () => {
    const { where: condition } = parseStatement("SELECT Id FROM A WHERE a = 'it\\'s\\ta \\u00e9 \\\\'").query;

    expect(condition).toMatchObject({ values: [{ kind: "string", text: "it's\ta é \\" }] });
  });

  test("times, dates, dateTimes, date literals, numbers, booleans and null are told apart", () => {
    const { where: condition } = parseStatement(
      "SELECT Id FROM A WHERE a IN (10:20:30Z) AND b = 2026-01-02 AND c = 2026-01-02T03:04:05+01:00 AND d = LAST_N_DAYS:5 AND e = -1.5 AND f = TRUE AND g = null",
    ).query;

    const kinds =
      condition?.kind === "and"
        ? condition.parts.map((part) => (part.kind === "compare" ? part.values[0]?.kind : ""))
        : [];
    expect(kinds).toEqual(["time", "date", "datetime", "dateLiteral", "number", "boolean", "null"]);
  });

  test("OFFSET stands without LIMIT", () => {
    const { query } = parseStatement("SELECT Id FROM A WHERE a = 1 OFFSET 5");

    expect([query.limit, query.offset]).toEqual([undefined, 5]);
  });
});
