import type { AdvancedRule, RuleLanguage } from "../../src/connector/rules/advanced-rules.ts";
import { silentLogger } from "../../src/core/logger.ts";
import { SalesforceSource } from "../../src/salesforce/salesforce-source.ts";
import type { SourceFile, SourceObject } from "../../src/sync/ports.ts";
import { salesforceClient } from "./salesforce.ts";

/** A record as a rule returned it. */
interface RuleRow {
  id: string;
  title: string;
  timestamp: string | null;
  fields: Record<string, unknown>;
  files: readonly SourceFile[];
}

/** The records that rules returned of one object. */
export interface RuleRows {
  rows: RuleRow[];
  total: number;
  warnings: string[];
  schema: SourceObject["schema"];
}

/** Advanced rules in the form in which they are stored. */
export const rulesOf = (language: RuleLanguage, ...queries: readonly string[]): AdvancedRule[] =>
  queries.map((query) => ({ query, language }));

/** Reads everything that rules return, by object, as a sync would. */
export async function readByRules(
  baseUrl: string,
  advancedRules: readonly AdvancedRule[],
  { maxUriBytes }: { maxUriBytes?: number } = {},
): Promise<Map<string, RuleRows>> {
  const { client, http } = salesforceClient(baseUrl);
  try {
    const signal = new AbortController().signal;
    const source = new SalesforceSource({
      client,
      baseUrl,
      configuration: {
        standardObjects: ["Campaign"],
        customObjects: [],
        documentLevelSecurity: false,
        syncFiles: true,
      },
      advancedRules,
      log: silentLogger,
      ...(maxUriBytes === undefined ? {} : { maxUriBytes }),
    });
    const plan = await source.plan(new Set(), signal);
    const found = new Map<string, RuleRows>();
    for (const object of plan.objects) found.set(object.name, await rowsOf(object, signal));
    return found;
  } finally {
    await http[Symbol.asyncDispose]();
  }
}

async function rowsOf(object: SourceObject, signal: AbortSignal): Promise<RuleRows> {
  const read: RuleRows = { rows: [], total: 0, warnings: [], schema: object.schema };
  for await (const { records, total, warnings = [] } of object.pages("everything", signal)) {
    for (const { json, ...record } of records) {
      read.rows.push({ ...record, fields: JSON.parse(json.toString()) as Record<string, unknown> });
    }
    read.total = total;
    read.warnings.push(...warnings);
  }
  return read;
}
