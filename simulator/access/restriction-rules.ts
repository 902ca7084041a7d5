import type { ObjectDefinition } from "../schema/object-definition.ts";
import type { OrgDatabase } from "../storage/org-database.ts";

// Restriction rules limit the access that sharing grants. The supported criteria are comparisons with "=" that are joined by "AND":
// `$User.Field = value`, `Field = value` and `Field = $User.Field`; a value is true, false, or a text in quotes.

interface RuleComparison {
  readonly ofUser: boolean;
  readonly field: string;
  readonly value: { readonly userField: string } | { readonly constant: string | number };
}

export class UnsupportedRuleError extends Error {
  override readonly name = "UnsupportedRuleError";
}

const comparison =
  /^(?<user>\$User\.)?(?<field>\w+)\s*=\s*(?:\$User\.(?<userField>\w+)|(?<flag>true|false)|'(?<text>[^']*)')$/u;

/** Throws an UnsupportedRuleError for criteria in another form. */
export function parseCriteria(criteria: string): readonly RuleComparison[] {
  return criteria.split(/\s+AND\s+/u).map((part) => {
    const groups = comparison.exec(part.trim())?.groups;
    if (groups === undefined) throw new UnsupportedRuleError(`The criteria "${part}" are not supported.`);
    const { user, field = "", userField, flag, text = "" } = groups;
    const constant = flag === undefined ? text : flag === "true" ? 1 : 0;
    return { ofUser: user !== undefined, field, value: userField === undefined ? { constant } : { userField } };
  });
}

/** The condition that rows of `o` must meet for the user, or undefined if no active rule applies to the user. */
export function restrictionOf(
  database: OrgDatabase,
  object: ObjectDefinition,
  userId: string,
): { readonly sql: string; readonly parameters: readonly string[] } | undefined {
  const rules = database.rows(
    `SELECT "UserCriteria", "RecordFilter" FROM "RestrictionRule" WHERE "TargetEntity" = ? AND "IsActive" = 1 AND "EnforcementType" = 'Restrict'`,
    [object.name],
  );
  const userRow = `(SELECT 1 FROM "User" u WHERE u."Id" = ?1 AND %)`;
  const filters = rules
    .filter(([criteria]) => {
      const condition = conditionOf(parseCriteria(String(criteria)), "u");
      return database.row(`SELECT 1 WHERE EXISTS ${userRow.replace("%", () => condition)}`, [userId]) !== undefined;
    })
    .map(([, filter]) => conditionOf(parseCriteria(String(filter)), "o"));
  if (filters.length === 0) return undefined;
  // Salesforce expects at most one matching rule for a user and an object. If several match, a record must meet all of them.
  return { sql: `${filters.join(" AND ")} AND ?1 = ?1`, parameters: [userId] };
}

function conditionOf(comparisons: readonly RuleComparison[], alias: string): string {
  const parts = comparisons.map(({ ofUser, field, value }) => {
    const right =
      "userField" in value ? `(SELECT v."${value.userField}" FROM "User" v WHERE v."Id" = ?1)` : quoted(value.constant);
    return `${ofUser ? "u" : alias}."${field}" = ${right}`;
  });
  return parts.join(" AND ");
}

function quoted(value: string | number): string {
  return typeof value === "number" ? String(value) : `'${value.replaceAll("'", "''")}'`;
}
