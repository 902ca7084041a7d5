import { ConnectorNotReadyError } from "../../app/service.ts";
import { describeConfigurationFields } from "../../connector/describe-fields.ts";
import { isConfiguredInFile } from "../../app/sync-settings.ts";
import { planConnector } from "./new-connector.ts";
import type { ConnectorStore } from "../../jobs/ports.ts";
import { isIndexName, type Config } from "../../config/schema.ts";
import { withConnectors } from "./open-stores.ts";
import { readSettings } from "./field-values.ts";
import { UsageError } from "../errors.ts";
import type { CommonOptions } from "../open-config.ts";
import type { ProgramContext } from "../program-context.ts";

/** The options of `connector create`. */
export interface ConnectorCreateOptions extends CommonOptions {
  indexName: string;
  name?: string;
  set: readonly string[];
  full?: string;
  incremental?: string;
}

/** Makes a connector as Kibana would, for those who have no Kibana. */
export async function connectorCreateCommand(
  id: string,
  options: ConnectorCreateOptions,
  context: ProgramContext,
): Promise<number> {
  const { indexName, name = id, full, incremental } = options;
  refuseBadNames(id, indexName);
  const settings = await readSettings(options.set);
  const schedules = { ...(full === undefined ? {} : { full }), ...(incremental === undefined ? {} : { incremental }) };
  const plan = planConnector({ indexName, name, values: settings.values, schedules });
  if ("problems" in plan)
    throw new UsageError(plan.problems.map(({ field, message }) => `${field} ${message}`).join(" "));
  return await withConnectors(options, context, async ({ config, protocol, signal }) => {
    refuseFileConnector(id, config);
    await protocol.refresh(signal);
    await refuseTaken({ id, indexName }, { connectors: protocol.connectors, signal });
    const made = await protocol.connectors.create(id, plan.change, signal);
    if (!made)
      throw new ConnectorNotReadyError(`The id ${id} is taken, by a connector that was deleted or made just now.`, {
        hint: "Choose another one.",
      });
    const { terminal } = context;
    if (settings.open.length > 0) terminal.err(openSecretsNotice(settings.open));
    terminal.out(nextSteps({ id, indexName, missing: plan.missing, file: options.config, config }));
    return 0;
  });
}

/** Ids stand in paths and in files; index names are Elasticsearch's to judge, by the rules that are known. */
function refuseBadNames(id: string, indexName: string): void {
  if (!/^[^\s/\\"]{1,512}$/.test(id))
    throw new UsageError(`${JSON.stringify(id)} cannot be the id of a connector.`, {
      hint: "Use letters, digits, - and _; give what people should read with --name.",
    });
  if (!isIndexName(indexName))
    throw new UsageError(`${JSON.stringify(indexName)} cannot be the name of an index.`, {
      hint: 'Use lower case, without spaces or any of \\ / * ? " < > | , # :, not starting with - _ +.',
    });
}

function refuseFileConnector(id: string, config: Config): void {
  const entry = config.connectors.find(({ connector_id }) => connector_id === id);
  if (entry && isConfiguredInFile(entry))
    throw new UsageError(`The connector ${id} is configured in the file.`, {
      hint: "It needs no creating: the service stores it when it starts.",
    });
}

async function refuseTaken(
  { id, indexName }: { id: string; indexName: string },
  { connectors, signal }: { connectors: ConnectorStore; signal: AbortSignal },
): Promise<void> {
  for (const other of await connectors.list({ ids: [id], serviceTypes: [], indexName }, signal)) {
    if (other.id === id)
      throw new ConnectorNotReadyError(`There is a connector ${id} already.`, {
        hint: "Choose another id; salesforce-connector connector list shows those that there are.",
      });
    throw new ConnectorNotReadyError(`The index ${indexName} belongs to the connector ${other.id}.`, {
      hint: "Name another index: two connectors would delete each other's documents.",
    });
  }
}

function openSecretsNotice(keys: readonly string[]): string {
  return `${keys.join(" and ")} stood on the command line, where other users of this machine and the shell's history see it. --set ${keys[0] ?? ""}=@FILE reads it from a file.`;
}

/** What a person has to do until the first sync. */
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
  const runs = [
    config.connectors.some(({ connector_id }) => connector_id === id),
    config.service.service_types.includes("salesforce"),
  ].includes(true);
  const labels = describeConfigurationFields();
  const steps = [
    ...(missing.length === 0
      ? []
      : [
          `Fill in ${missing.map((key) => `${key} (${labels[key]?.label ?? key})`).join(", ")}: in Kibana; or give the connector its configuration and index_name in ${file}.`,
        ]),
    ...(runs
      ? []
      : [`Let the service run it: add - connector_id: ${id} under connectors in ${file}, and start it anew.`]),
    `Look whether it can sync: salesforce-connector check -c ${file} --connector ${id}`,
    `Ask for the first sync: salesforce-connector connector start full -c ${file} --connector ${id}`,
  ];
  return [
    `The connector ${id} is made. It syncs to ${indexName}${missing.length === 0 ? "." : ", once it is configured."}`,
    ...steps.map((step, index) => `  ${index + 1}. ${step}`),
  ].join("\n");
}
