import type { AccessOptions } from "../access/org-access.ts";
import { isIndexName, type Config, type ConnectorEntry } from "../config/schema.ts";
import { capabilities, jobTypes, type JobType } from "../connector/capabilities.ts";
import { configurationFields, type ConfigurationValues } from "../connector/configuration-fields.ts";
import { ConnectorConfigurationError } from "../connector/errors.ts";
import { parseSalesforceConfiguration, type SalesforceConfiguration } from "../connector/salesforce-configuration.ts";
import type { RuleProblem } from "../connector/rules/basic-rule.ts";
import { advancedProblem, parseRules, type ParsedRules, type SyncRules } from "../connector/rules/sync-rules.ts";
import type { PipelineSettings, StoredConnector, SyncDefinition } from "../connector/stored-connector.ts";
import { AppError, describeError } from "../core/errors.ts";
import { isJsonObject } from "../core/json.ts";
import type { Secret } from "../core/secret.ts";
import type { JobSnapshot } from "../jobs/job-store.ts";
import { contentIndexName } from "../elasticsearch/protocol/protocol-indices.ts";
import { problemsOf } from "../salesforce/rules/read-rules.ts";
import { Schedule } from "../schedule/schedule.ts";

/** What the org's sharing facts do not say, and limits that tests lower. */
export interface AccessSettings extends Omit<AccessOptions, "now"> {
  /** Custom objects that grant access using hierarchies. */
  readonly objectsWithHierarchies: readonly string[];
}

/** Everything that a sync of one connector needs to know, validated. */
export interface SyncSettings {
  connectorId: string;
  indexName: string;
  configuration: SalesforceConfiguration;
  /** Replaces the host derived from the domain. */
  baseUrl: string | undefined;
  /** For document-level security. */
  access: AccessSettings;
  /** The connector's own API key for its content index. */
  apiKey: Secret | undefined;
  pipeline: PipelineSettings;
  rules: SyncRules;
}

/** A connector in the configuration file is invalid. */
class ConnectorSetupError extends AppError {
  override readonly code = "connector_setup";
  override readonly exitCode = 2;
}

/** A connector or a job in Elasticsearch is invalid. */
class JobSetupError extends AppError {
  override readonly code = "job_setup";
}

/** The configuration file, and its entry for the connector, which takes precedence over stored values. */
export interface FileContext {
  config: Config;
  entry: ConnectorEntry | undefined;
}

/** Whether the connector's configuration is in the file, not in Kibana. */
export function isConfiguredInFile(entry: ConnectorEntry): boolean {
  return entry.configuration !== undefined;
}

/**
 * The settings of a connector that is configured in the file.
 * @throws ConnectorSetupError with every problem
 */
export function settingsOfEntry(entry: ConnectorEntry, config: Config): SyncSettings {
  const definition = definitionOf(entry);
  const { settings, problems } = toSyncSettings(entry.connector_id, definition, { config, entry });
  const advanced = problemsOf(definition.rules.advanced).map(({ message }) => advancedProblem(message));
  const lines = [
    ...problems.configuration.map(({ field, message }) => `configuration.${field} ${message}`),
    ...(definition.indexName === null ? ["index_name is missing: name the index for the documents."] : []),
    ...[...problems.rules, ...advanced].flatMap(ruleLines),
    ...jobTypes.flatMap((type) => scheduleProblems(type, entry.scheduling?.[type])),
  ];
  if (settings && lines.length === 0) return settings;
  const list = lines.map((line) => `  ${line}`).join("\n");
  throw new ConnectorSetupError(`The connector ${entry.connector_id} is invalid:\n${list}`);
}

/**
 * The settings of a job, from its snapshot of the connector.
 * @throws JobSetupError with every problem
 */
export function settingsOfJob(snapshot: JobSnapshot, file: FileContext): SyncSettings {
  // Elasticsearch puts the index of identities into the jobs of access control syncs.
  const indexName = snapshot.indexName === null ? null : contentIndexName(snapshot.indexName);
  return requireSettings(snapshot.connectorId, { ...snapshot, indexName }, file);
}

/**
 * The settings of a stored connector, to check its configuration. Invalid rules do not prevent a sign-in, otherwise new rules could never be
 * validated. A missing index matters only for jobs.
 * @throws JobSetupError with every problem
 */
export function settingsOfConnector(connector: StoredConnector, file: FileContext): SyncSettings {
  const { advanced } = [connector.rules, connector.draft?.rules].find(
    (rules) => rules && rules.advanced.length > 0,
  ) ?? {
    advanced: [],
  };
  const rules = { basic: [], advanced, problems: [] };
  const definition = { ...connector, indexName: connector.indexName ?? "no-index", rules };
  return requireSettings(connector.id, definition, file);
}

function requireSettings(connectorId: string, definition: SyncDefinition, file: FileContext): SyncSettings {
  const { settings, problems } = toSyncSettings(connectorId, definition, file);
  const sentences = [
    ...problems.rules.flatMap(({ messages }) => messages),
    ...problems.configuration.map(({ field, message }) => `${labelOf(field)} ${message}`),
    ...indexProblems(file.entry?.index_name ?? definition.indexName),
  ];
  if (settings && sentences.length === 0) return settings;
  throw new JobSetupError(`The connector ${connectorId} is invalid. ${sentences.join(" ")}`);
}

/** A stored document may name any index. The connector's API key may be able to write to indices of others. */
function indexProblems(name: string | null): string[] {
  if (name === null) return ["No index is attached to it."];
  if (isIndexName(name)) return [];
  return [
    `${JSON.stringify(name)} is not a valid index name, or it is the name of a hidden index. Attach another index.`,
  ];
}

interface Problems {
  configuration: readonly { field: string; message: string }[];
  rules: readonly RuleProblem[];
}

/** The one way from a definition, in the file, on a connector or in a job, to the settings of a sync. Undefined if they are invalid. */
function toSyncSettings(
  connectorId: string,
  definition: SyncDefinition,
  { config, entry }: FileContext,
): { settings: SyncSettings | undefined; problems: Problems } {
  const { rules, pipeline, configurationProblems } = definition;
  // The file wins: a stored document cannot move its connector to another index.
  const indexName = entry?.index_name ?? definition.indexName;
  const values = { ...definition.configuration, ...entry?.configuration };
  const { configuration, problems } = parseConfiguration(values, rules, config);
  return {
    settings:
      configuration && indexName !== null
        ? {
            connectorId,
            indexName,
            configuration,
            baseUrl: entry?.salesforce?.base_url,
            access: toAccessSettings(entry),
            apiKey: entry?.api_key,
            pipeline,
            rules,
          }
        : undefined,
    problems: { configuration: [...configurationProblems, ...problems], rules: rules.problems },
  };
}

function parseConfiguration(
  values: ConfigurationValues,
  rules: SyncRules,
  config: Config,
): { configuration?: SalesforceConfiguration; problems: Problems["configuration"] } {
  try {
    const configuration = parseSalesforceConfiguration(values);
    const { useTextExtractionService, standardObjects, customObjects } = configuration;
    // An empty selection would delete every document.
    const nothingSelected = standardObjects.length === 0 && customObjects.length === 0 && rules.advanced.length === 0;
    return {
      configuration,
      problems: [
        ...(useTextExtractionService && !config.extraction_service
          ? [
              {
                field: "use_text_extraction_service",
                message: "requires extraction_service.host in the configuration file.",
              },
            ]
          : []),
        ...(nothingSelected
          ? [
              {
                field: "standard_objects_to_sync",
                message: "is empty, and neither custom objects nor advanced rules are selected.",
              },
            ]
          : []),
      ],
    };
  } catch (error) {
    if (!(error instanceof ConnectorConfigurationError)) throw error;
    return { problems: error.problems };
  }
}

function definitionOf(entry: ConnectorEntry): SyncDefinition {
  const { pipeline } = entry;
  return {
    indexName: entry.index_name ?? null,
    serviceType: entry.service_type,
    configuration: entry.configuration ?? {},
    configurationProblems: [],
    rules: rulesOf(entry),
    pipeline: {
      name: pipeline.name,
      extractBinaryContent: pipeline.extract_binary_content,
      reduceWhitespace: pipeline.reduce_whitespace,
      runMlInference: pipeline.run_ml_inference,
    },
  };
}

/** The sync rules of a connector in the file, where basic rules need neither id nor order. */
export function rulesOf({ sync_rules: rules }: ConnectorEntry): ParsedRules {
  const basic = rules?.basic?.map((rule, order) =>
    isJsonObject(rule) ? { id: `rule-${order + 1}`, order, ...rule } : rule,
  );
  return parseRules({ basic, advanced: rules?.advanced });
}

/** The pipeline settings of a connector in the file. */
export function pipelineOf(entry: ConnectorEntry): PipelineSettings {
  return definitionOf(entry).pipeline;
}

function ruleLines({ ids, advanced, messages }: RuleProblem): string[] {
  const where = advanced === true ? "advanced" : `basic${ids.length > 0 ? ` (${ids.join(", ")})` : ""}`;
  return messages.map((message) => `sync_rules.${where}: ${message}`);
}

function labelOf(key: string): string {
  const field = configurationFields.find((candidate) => candidate.key === key);
  return field ? `"${field.label}" (${key})` : key;
}

function scheduleProblems(type: JobType, expression: string | undefined): string[] {
  if (expression === undefined) return [];
  const support = capabilities.jobs[type];
  if (!support.available) return [`scheduling.${type}: ${support.reason}`];
  try {
    Schedule.parse(expression);
    return [];
  } catch (error) {
    return [`scheduling.${type}: ${describeError(error)}`];
  }
}

function toAccessSettings(entry: ConnectorEntry | undefined): AccessSettings {
  const { objects_with_hierarchies, queues_reach_superiors, hide_from_possibly_frozen } = entry?.salesforce ?? {};
  return {
    objectsWithHierarchies: objects_with_hierarchies ?? [],
    queuesReachSuperiors: queues_reach_superiors ?? false,
    hideIfFrozenStateUnknown: hide_from_possibly_frozen ?? false,
  };
}
