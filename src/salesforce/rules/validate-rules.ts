import { type AdvancedRule, type AdvancedRuleProblem } from "../../connector/rules/advanced-rules.ts";
import type { SalesforceClient } from "../client/salesforce-client.ts";
import { OrgDescription } from "../describe/org-description.ts";
import { SalesforceRequestError } from "../errors.ts";
import { QueryReader } from "../query/query-reader.ts";
import { encodeSoql } from "../soql/soql.ts";
import { readRule } from "./read-rules.ts";
import { resolveRule, type ResolvedRule } from "./resolve-rules.ts";
import { SearchReader } from "./search-reader.ts";

/** Codes by which Salesforce blames the session, the user or the org. Any other refusal of a statement is the statement's to mend. */
const blamesNotStatement: ReadonlySet<string> = new Set([
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

function blamesStatement({ salesforceCode }: SalesforceRequestError): boolean {
  return !blamesNotStatement.has(salesforceCode) && !salesforceCode.startsWith("HTTP_");
}

/** What rules are held against. */
export interface RuleContext {
  client: SalesforceClient;
  org: OrgDescription;
  reader: QueryReader;
  signal: AbortSignal;
}

/**
 * Everything that is wrong with rules, by Salesforce's own judgement: each is asked for its plan, or for one row, and none is run whole.
 * @throws AppError where Salesforce cannot be asked
 */
export async function validateAdvancedRules(
  rules: readonly AdvancedRule[],
  { client, signal }: { client: SalesforceClient; signal: AbortSignal },
): Promise<readonly AdvancedRuleProblem[]> {
  const org = await OrgDescription.create(client, signal);
  return (await resolveRules(rules, { client, org, reader: new QueryReader(client), signal })).problems;
}

/** The rules, ready to be asked for, and everything that is wrong with them. */
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
    const found = await resolveRule(read, { org: context.org, maxBytes: context.reader.maxStatementBytes });
    const message = await wrongWith(found, context);
    if (message === undefined) resolved.push(found);
    else problems.push({ message });
  }
  return { resolved, problems };
}

async function wrongWith(rule: ResolvedRule, context: RuleContext): Promise<string | undefined> {
  const bytes = encodeSoql(rule.sample).length;
  if (bytes > context.reader.maxStatementBytes) {
    return `${rule.name} is too long: with Id and the timestamps it takes ${bytes} bytes of a URI, and ${context.reader.maxStatementBytes} fit in. Divide it into several rules.`;
  }
  const lacking = rule.parts.find(({ description }) => !description.fields.has("Id"));
  if (lacking) return `${rule.name} asks for ${lacking.description.name}, whose rows have no Id to index them under.`;
  const refusal = await refusalOf(rule, context);
  if (refusal !== undefined) return `${rule.name} is refused. ${refusal}`;
  if (rule.unknown.length === 0) return undefined;
  return `${rule.name} asks for ${rule.unknown.join(", ")}, which Salesforce does not show to the user that the app runs as.`;
}

/** Salesforce's own words about a statement that it does not take. */
async function refusalOf({ plan, sample }: ResolvedRule, context: RuleContext): Promise<string | undefined> {
  const { client, signal } = context;
  if (plan !== undefined && (await hasPlan(plan, context))) return undefined;
  try {
    // A plan is not to be had of every object; whether the query can be run is then said by its first row.
    if (plan === undefined) await new SearchReader(client).search(sample, signal);
    else await client.object({ path: `${client.resource("query")}?q=${encodeSoql(sample)}` }, signal);
    return undefined;
  } catch (error) {
    if (error instanceof SalesforceRequestError && blamesStatement(error)) return error.message;
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
