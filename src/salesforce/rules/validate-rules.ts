import { type AdvancedRule, type AdvancedRuleProblem } from "../../connector/rules/advanced-rules.ts";
import type { SalesforceClient } from "../client/salesforce-client.ts";
import { OrgDescription } from "../describe/org-description.ts";
import { SalesforceRequestError } from "../errors.ts";
import { QueryReader } from "../query/query-reader.ts";
import { encodeSoql } from "../soql/soql.ts";
import { readRule } from "./read-rules.ts";
import { resolveRule, type ResolvedRule, type RuleSecurity } from "./resolve-rules.ts";
import { SearchReader } from "./search-reader.ts";

/** Errors of the session, the user or the org. With any other code, Salesforce refuses the statement itself. */
const unrelatedToStatement: ReadonlySet<string> = new Set([
  "API_CURRENTLY_DISABLED",
  "API_DISABLED_FOR_ORG",
  "FUNCTIONALITY_NOT_ENABLED",
  "INSUFFICIENT_ACCESS",
  "INVALID_SESSION_ID",
  "NOT_FOUND",
  "REQUEST_LIMIT_EXCEEDED",
  "SERVER_UNAVAILABLE",
  "UNKNOWN_EXCEPTION",
]);

function isStatementError({ salesforceCode }: SalesforceRequestError): boolean {
  return !unrelatedToStatement.has(salesforceCode) && !salesforceCode.startsWith("HTTP_");
}

export interface RuleContext {
  client: SalesforceClient;
  org: OrgDescription;
  reader: QueryReader;
  /** Undefined without document-level security. */
  security: RuleSecurity | undefined;
  signal: AbortSignal;
}

/**
 * Validates rules with Salesforce. No query is run in full: Salesforce is asked for its query plan or for one row.
 * @throws AppError if Salesforce does not answer
 */
export async function validateAdvancedRules(
  rules: readonly AdvancedRule[],
  { client, secured, signal }: { client: SalesforceClient; secured: boolean; signal: AbortSignal },
): Promise<readonly AdvancedRuleProblem[]> {
  const org = await OrgDescription.create(client, signal);
  const security = secured ? { withoutFields: new Set<string>() } : undefined;
  return (await resolveRules(rules, { client, org, reader: new QueryReader(client), security, signal })).problems;
}

/** The valid rules, resolved, and the problems of the others. */
export async function resolveRules(
  rules: readonly AdvancedRule[],
  context: RuleContext,
): Promise<{ resolved: ResolvedRule[]; problems: AdvancedRuleProblem[] }> {
  const problems: AdvancedRuleProblem[] = [];
  const resolved: ResolvedRule[] = [];
  for (const [index, rule] of rules.entries()) {
    const read = readRule(rule, index);
    if ("message" in read) {
      problems.push(read);
      continue;
    }
    const { org, reader, security } = context;
    const found = await resolveRule(read, { org, maxBytes: reader.maxStatementBytes, security });
    const message = await problemOf(found, context);
    if (message === undefined) resolved.push(found);
    else problems.push({ message });
  }
  return { resolved, problems };
}

async function problemOf(rule: ResolvedRule, context: RuleContext): Promise<string | undefined> {
  const bytes = encodeSoql(rule.sample).length;
  if (bytes > context.reader.maxStatementBytes) {
    return `${rule.name} is too long: with Id and the timestamps it has ${bytes} bytes, and a URI has room for ${context.reader.maxStatementBytes}. Split it into several rules.`;
  }
  const lacking = rule.parts.find(({ description }) => !description.fields.has("Id"));
  if (lacking)
    return `${rule.name} selects ${lacking.description.name}, which has no Id field, so its rows cannot be indexed.`;
  const refusal = await refusalOf(rule, context);
  if (refusal !== undefined) return `${rule.name}: ${refusal}`;
  const [undecided] = rule.undecided;
  if (undecided !== undefined) return `${rule.name} ${undecided}`;
  if (rule.unknown.length === 0) return undefined;
  return `${rule.name} selects ${rule.unknown.join(", ")}, which does not exist or is not visible to the integration user.`;
}

/** Salesforce's error message if it refuses the statement. */
async function refusalOf({ plan, sample }: ResolvedRule, context: RuleContext): Promise<string | undefined> {
  const { client, signal } = context;
  if (plan !== undefined && (await hasPlan(plan, context))) return undefined;
  try {
    // Salesforce has no plan for queries of some objects. Reading one row then shows if the query works.
    if (plan === undefined) await new SearchReader(client).search(sample, signal);
    else await client.object({ path: `${client.resource("query")}?q=${encodeSoql(sample)}` }, signal);
    return undefined;
  } catch (error) {
    if (error instanceof SalesforceRequestError && isStatementError(error)) return error.message;
    throw error;
  }
}

// https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_query_explain.htm
async function hasPlan(statement: string, { client, signal }: RuleContext): Promise<boolean> {
  try {
    await client.object({ path: `${client.resource("query")}?explain=${encodeSoql(statement)}` }, signal);
    return true;
  } catch (error) {
    if (error instanceof SalesforceRequestError) return false;
    throw error;
  }
}
