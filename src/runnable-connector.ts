import type { Config, ConnectorEntry } from "./config/schema.ts";
import { ConnectorConfigurationError } from "./connector/errors.ts";
import { parseAdvancedRules, type AdvancedRule } from "./connector/rules/advanced-rules.ts";
import { parseSalesforceConfiguration, type SalesforceConfiguration } from "./connector/salesforce-configuration.ts";
import { ConnectorError, describeError } from "./core/errors.ts";
import { Schedule } from "./jobs/schedule.ts";
import { problemsOf } from "./salesforce/rules/read-rules.ts";

/** A connector of the file that can be run: everything about it is known. */
export interface RunnableConnector {
  entry: ConnectorEntry;
  configuration: SalesforceConfiguration;
  indexName: string;
  /** Queries that take the place of the objects; empty where the objects are synced. */
  advancedRules: readonly AdvancedRule[];
}

/** A connector of the file cannot be run as it is configured. */
class ConnectorSetupError extends ConnectorError {
  override readonly code = "connector_setup";
  override readonly exitCode = 2;
}

/**
 * Checks what a connector's own configuration says; the file's schema has passed.
 * @throws ConnectorSetupError with every problem
 */
export function toRunnableConnector(entry: ConnectorEntry, config: Config): RunnableConnector {
  const setting = `connector ${entry.connector_id}`;
  if (!entry.configuration) {
    throw new ConnectorSetupError(
      `The ${setting} has no configuration in the file, and connectors that Kibana configures cannot be run yet.`,
      {
        hint: "Put its domain, client_id and client_secret under configuration.",
      },
    );
  }
  const problems: string[] = [];
  const configuration = readConfiguration(entry.configuration, problems);
  if (entry.index_name === undefined) problems.push("index_name is missing: name the index that the documents go to.");
  if (entry.sync_rules?.basic)
    problems.push(
      "sync_rules.basic: basic sync rules are not available in this version yet; nothing is synced rather than too much.",
    );
  const advancedRules = readAdvancedRules(entry.sync_rules?.advanced, problems);
  if (configuration?.useTextExtractionService === true && !config.extraction_service) {
    problems.push("use_text_extraction_service: needs extraction_service.host in the configuration file.");
  }
  for (const [type, expression] of Object.entries(entry.scheduling ?? {}))
    problems.push(...scheduleProblems(type, expression));
  if (!configuration || entry.index_name === undefined || problems.length > 0) {
    throw new ConnectorSetupError(
      `The ${setting} cannot be used:\n${problems.map((problem) => `  ${problem}`).join("\n")}`,
    );
  }
  return { entry, configuration, indexName: entry.index_name, advancedRules };
}

function readConfiguration(
  values: NonNullable<ConnectorEntry["configuration"]>,
  problems: string[],
): SalesforceConfiguration | undefined {
  try {
    return parseSalesforceConfiguration(values);
  } catch (error) {
    if (!(error instanceof ConnectorConfigurationError)) throw error;
    problems.push(...error.problems.map(({ field, message }) => `configuration.${field} ${message}`));
    return undefined;
  }
}

/** What shows in the rules themselves; whether Salesforce takes them is asked before each sync. */
function readAdvancedRules(value: unknown, problems: string[]): readonly AdvancedRule[] {
  const parsed = parseAdvancedRules(value);
  const found = "problems" in parsed ? parsed.problems : problemsOf(parsed.rules);
  problems.push(...found.map(({ message }) => `sync_rules.advanced: ${message}`));
  return "rules" in parsed ? parsed.rules : [];
}

function scheduleProblems(type: string, expression: string | undefined): string[] {
  if (expression === undefined) return [];
  if (type === "access_control")
    return ["scheduling.access_control: access control syncs are not available in this version yet."];
  try {
    Schedule.parse(expression);
    return [];
  } catch (error) {
    return [`scheduling.${type}: ${describeError(error)}`];
  }
}
