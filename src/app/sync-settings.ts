import type { Config, ConnectorEntry } from "../config/schema.ts";
import { configurationFields, type ConfigurationValue } from "../connector/configuration-fields.ts";
import { ConnectorConfigurationError } from "../connector/errors.ts";
import { filteringOf, isValidated, readFiltering, readRules, type SyncRules } from "../connector/filtering.ts";
import { parseSalesforceConfiguration, type SalesforceConfiguration } from "../connector/salesforce-configuration.ts";
import { AppError, describeError } from "../core/errors.ts";
import { isJsonObject, type JsonValue } from "../core/json.ts";
import type { Secret } from "../core/secret.ts";
import type { PipelineSettings } from "../elasticsearch/index/ingest-pipeline.ts";
import type { JobSnapshot, StoredConnector } from "../jobs/ports.ts";
import { Schedule } from "../schedule/schedule.ts";
import { problemsOf } from "../salesforce/rules/read-rules.ts";

/** A connector that can be run: everything about it is known. */
export interface RunnableConnector {
  id: string;
  indexName: string;
  configuration: SalesforceConfiguration;
  /** Another host than the one that the domain names. */
  baseUrl: string | undefined;
  /** For its content index, where it has a key of its own. */
  apiKey: Secret | undefined;
  pipeline: PipelineSettings;
  rules: SyncRules;
}

/** A connector cannot be run as it is configured. */
class ConnectorSetupError extends AppError {
  override readonly code = "connector_setup";
  override readonly exitCode = 2;
}

/** A job's connector cannot be run as the job has it. */
class JobSetupError extends AppError {
  override readonly code = "job_setup";
}

type Values = Readonly<Record<string, ConfigurationValue | undefined>>;

/** Whether a connector of the file has its configuration there, and not in Kibana. */
export function isConfiguredInFile(entry: ConnectorEntry): boolean {
  return entry.configuration !== undefined;
}

/**
 * A connector that is configured in the file; the file's schema has passed.
 * @throws ConnectorSetupError with every problem
 */
export function toRunnableConnector(entry: ConnectorEntry, config: Config): RunnableConnector {
  const { index_name: indexName, connector_id: id } = entry;
  const problems: string[] = [];
  const rules = readFileRules(entry, problems);
  const configuration = readConfiguration(entry.configuration ?? {}, { rules, config }, (field, message) =>
    problems.push(`configuration.${field} ${message}`),
  );
  if (indexName === undefined) problems.push("index_name is missing: name the index that the documents go to.");
  for (const [type, expression] of Object.entries(entry.scheduling ?? {}))
    problems.push(...scheduleProblems(type, expression));
  if (!configuration || indexName === undefined || problems.length > 0) {
    throw new ConnectorSetupError(
      `The connector ${id} cannot be used:\n${problems.map((problem) => `  ${problem}`).join("\n")}`,
    );
  }
  return { ...fromEntry(entry), id, indexName, configuration, pipeline: filePipeline(entry), rules };
}

/**
 * A connector as a job, or Kibana, has it. What the file says of the connector of that id goes before.
 * @throws JobSetupError with every problem
 */
export function fromSnapshot(
  snapshot: JobSnapshot,
  { config, entry }: { config: Config; entry: ConnectorEntry | undefined },
): RunnableConnector {
  const { rules, problems: ruleProblems } = readRules(snapshot.filtering);
  const problems = ruleProblems.flatMap(({ messages }) => messages);
  if (!isValidated(snapshot.filtering)) problems.unshift("Its sync rules have not been found valid.");
  return assemble(snapshot, { config, entry, rules, problems });
}

function assemble(
  snapshot: JobSnapshot,
  {
    config,
    entry,
    rules,
    problems,
  }: { config: Config; entry: ConnectorEntry | undefined; rules: SyncRules; problems: string[] },
): RunnableConnector {
  const values = { ...storedValues(snapshot.configuration), ...entry?.configuration };
  const configuration = readConfiguration(values, { rules, config }, (field, message) =>
    problems.push(`${labelOf(field)} ${message}`),
  );
  if (snapshot.indexName === null) problems.push("No index is attached to it.");
  if (!configuration || snapshot.indexName === null || problems.length > 0)
    throw new JobSetupError(`The connector ${snapshot.connectorId} cannot be used. ${problems.join(" ")}`);
  return {
    ...(entry ? fromEntry(entry) : { baseUrl: undefined, apiKey: undefined }),
    id: snapshot.connectorId,
    indexName: snapshot.indexName,
    configuration,
    pipeline: storedPipeline(snapshot.pipeline),
    rules,
  };
}

/**
 * A connector as it is now, to try its configuration. Rules that cannot be used do not keep anybody from signing in, or new rules could
 * never be looked at; whether an index is attached shows when there is a job.
 */
export function fromConnector(
  { id, indexName, serviceType, configuration, filtering, pipeline }: StoredConnector,
  file: { config: Config; entry: ConnectorEntry | undefined },
): RunnableConnector {
  const stored = readFiltering(filtering);
  const filters = stored && "active" in stored ? [stored.active, stored.draft] : [];
  const advanced = filters.map((filter) => readRules(filter).rules.advanced).find((rules) => rules.length > 0) ?? [];
  const snapshot = { connectorId: id, indexName: indexName ?? "no-index", serviceType, configuration, pipeline };
  return assemble({ ...snapshot, filtering: undefined }, { ...file, rules: { basic: [], advanced }, problems: [] });
}

function fromEntry({ salesforce, api_key }: ConnectorEntry): Pick<RunnableConnector, "baseUrl" | "apiKey"> {
  return { baseUrl: salesforce?.base_url, apiKey: api_key };
}

function readConfiguration(
  values: Values,
  { rules, config }: { rules: SyncRules; config: Config },
  report: (field: string, message: string) => void,
): SalesforceConfiguration | undefined {
  try {
    const configuration = parseSalesforceConfiguration(values);
    if (configuration.useTextExtractionService && !config.extraction_service)
      report("use_text_extraction_service", "needs extraction_service.host in the configuration file.");
    const { standardObjects, customObjects } = configuration;
    // Taken at its word, an empty selection would empty the index.
    if (standardObjects.length === 0 && customObjects.length === 0 && rules.advanced.length === 0)
      report(
        "standard_objects_to_sync",
        "names nothing, and neither custom objects nor advanced rules are to be synced.",
      );
    return configuration;
  } catch (error) {
    if (!(error instanceof ConnectorConfigurationError)) throw error;
    for (const { field, message } of error.problems) report(field, message);
    return undefined;
  }
}

/** What shows in the rules themselves; whether Salesforce takes them is asked before each sync. */
function readFileRules(entry: ConnectorEntry, problems: string[]): SyncRules {
  const [filtering] = fileFiltering(entry, "1970-01-01T00:00:00.000Z");
  const { rules, problems: found } = readRules(isJsonObject(filtering) ? filtering["active"] : undefined);
  for (const { ids, messages } of found) {
    const where = ids.includes("advanced_snippet")
      ? "advanced"
      : `basic${ids.length > 0 ? ` (${ids.join(", ")})` : ""}`;
    problems.push(...messages.map((message) => `sync_rules.${where}: ${message}`));
  }
  problems.push(...problemsOf(rules.advanced).map(({ message }) => `sync_rules.advanced: ${message}`));
  return rules;
}

/** The file's rules in the form in which connectors hold them. */
export function fileFiltering({ sync_rules }: ConnectorEntry, at: string): JsonValue[] {
  return filteringOf((sync_rules?.basic ?? []) as JsonValue[], (sync_rules?.advanced ?? []) as JsonValue[], at);
}

/** The values of a connector's fields. What the connector has beyond the known fields is of no concern. */
function storedValues(stored: unknown): Values {
  if (!isJsonObject(stored)) return {};
  return Object.fromEntries(
    configurationFields.flatMap(({ key, required, defaultValue }) => {
      const field = stored[key];
      const value = isJsonObject(field) ? (field["value"] as ConfigurationValue | undefined) : undefined;
      if (value === undefined || value === null) return [];
      // A field that need not be filled in and is empty takes its default.
      return [[key, value === "" && !required ? defaultValue : value] as const];
    }),
  );
}

function labelOf(key: string): string {
  const field = configurationFields.find((candidate) => candidate.key === key);
  return field ? `"${field.label}" (${key})` : key;
}

function filePipeline({ pipeline }: ConnectorEntry): PipelineSettings {
  return {
    name: pipeline.name,
    extractBinaryContent: pipeline.extract_binary_content,
    reduceWhitespace: pipeline.reduce_whitespace,
    runMlInference: pipeline.run_ml_inference,
  };
}

/** What a connector's pipeline lacks is as Kibana would have it. */
function storedPipeline(stored: unknown): PipelineSettings {
  const pipeline = isJsonObject(stored) ? stored : {};
  const flag = (key: string): boolean => pipeline[key] !== false;
  return {
    name: typeof pipeline["name"] === "string" && pipeline["name"] !== "" ? pipeline["name"] : undefined,
    extractBinaryContent: flag("extract_binary_content"),
    reduceWhitespace: flag("reduce_whitespace"),
    runMlInference: flag("run_ml_inference"),
  };
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
