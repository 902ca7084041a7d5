import { ConnectorNotReadyError } from "../../app/stored-connectors.ts";
import { isConfiguredInFile } from "../../app/sync-settings.ts";
import { isIndexName, type Config } from "../../config/schema.ts";
import { serviceType } from "../../connector/capabilities.ts";
import { configurationFields } from "../../connector/configuration-fields.ts";
import type { ConnectorStore } from "../../connector/stored-connector.ts";
import type { CommonOptions } from "../open-config.ts";
import { UsageError, type ProgramContext } from "../program-context.ts";
import { parseFieldValues } from "./field-values.ts";
import { planConnector } from "./new-connector.ts";
import { withStores } from "./with-stores.ts";

export interface ConnectorCreateOptions extends CommonOptions {
  indexName: string;
  name?: string;
  set: readonly string[];
  full?: string;
  incremental?: string;
}

/** Creates a connector without Kibana. */
export async function connectorCreateCommand(
  id: string,
  options: ConnectorCreateOptions,
  context: ProgramContext,
): Promise<number> {
  const { indexName, name = id, full, incremental } = options;
  refuseInvalidNames(id, indexName);
  const { values, exposedSecrets } = await parseFieldValues(options.set);
  const schedules = { ...(full === undefined ? {} : { full }), ...(incremental === undefined ? {} : { incremental }) };
  const plan = planConnector({ indexName, name, values, schedules });
  if ("problems" in plan)
    throw new UsageError(plan.problems.map(({ field, message }) => `${field} ${message}`).join(" "));
  return await withStores(options, context, async ({ config, stores, signal }) => {
    refuseFileConnector(id, config);
    await stores.refresh(signal);
    await refuseExisting({ id, indexName }, { connectors: stores.connectors, signal });
    const created = await stores.connectors.create(id, plan.change, signal);
    if (!created)
      throw new ConnectorNotReadyError(`The id ${id} is taken by a deleted connector, or by one created just now.`, {
        hint: "Choose another id.",
      });
    const { terminal } = context;
    if (exposedSecrets.length > 0) terminal.err(exposedSecretsNotice(exposedSecrets));
    terminal.out(nextSteps({ id, indexName, missing: plan.missing, file: options.config, config }));
    return 0;
  });
}

/** Ids are used in paths and in files. */
function refuseInvalidNames(id: string, indexName: string): void {
  if (!/^[^\s/\\"]{1,512}$/.test(id))
    throw new UsageError(`${JSON.stringify(id)} is not a valid connector id.`, {
      hint: "Use letters, digits, - and _; --name sets the displayed name.",
    });
  if (!isIndexName(indexName))
    throw new UsageError(`${JSON.stringify(indexName)} is not a valid index name.`, {
      hint: 'Use lower case, without spaces or any of \\ / * ? " < > | , # :, not starting with - _ + or a dot.',
    });
}

function refuseFileConnector(id: string, config: Config): void {
  const entry = config.connectors.find(({ connector_id }) => connector_id === id);
  if (entry && isConfiguredInFile(entry))
    throw new UsageError(`The connector ${id} is configured in the file.`, {
      hint: "The service creates it when it starts.",
    });
}

async function refuseExisting(
  { id, indexName }: { id: string; indexName: string },
  { connectors, signal }: { connectors: ConnectorStore; signal: AbortSignal },
): Promise<void> {
  for (const other of await connectors.list({ ids: [id], serviceTypes: [], indexName }, signal)) {
    if (other.id === id)
      throw new ConnectorNotReadyError(`The connector ${id} already exists.`, {
        hint: "Choose another id; salesforce-connector connector list shows all connectors.",
      });
    throw new ConnectorNotReadyError(`The index ${indexName} belongs to the connector ${other.id}.`, {
      hint: "Use another index: two connectors would delete each other's documents.",
    });
  }
}

function exposedSecretsNotice(keys: readonly string[]): string {
  return `The command line contains ${keys.join(" and ")}, visible to other users of this machine and in the shell's history. --set ${keys[0] ?? ""}=@FILE reads the value from a file.`;
}

/** The steps that remain before the first sync. */
function nextSteps({
  id,
  indexName,
  missing,
  file,
  config,
}: {
  id: string;
  indexName: string;
  missing: readonly string[];
  file: string;
  config: Config;
}): string {
  const isRun =
    config.connectors.some(({ connector_id }) => connector_id === id) ||
    config.service.service_types.includes(serviceType);
  const labels = new Map(configurationFields.map(({ key, label }) => [key, label]));
  const steps = [
    ...(missing.length === 0
      ? []
      : [
          `Fill in ${missing.map((key) => `${key} (${labels.get(key) ?? key})`).join(", ")} in Kibana, or add the connector's configuration and index_name to ${file}.`,
        ]),
    ...(isRun ? [] : [`Add - connector_id: ${id} under connectors in ${file}, and restart the service.`]),
    `Check it: salesforce-connector check -c ${file} --connector ${id}`,
    `Start the first sync: salesforce-connector connector start full -c ${file} --connector ${id}`,
  ];
  return [
    `The connector ${id} is created. It syncs to ${indexName}${missing.length === 0 ? "." : " once it is configured."}`,
    ...steps.map((step, index) => `  ${index + 1}. ${step}`),
  ].join("\n");
}
