import { configurationFields, type ConfigurationField } from "../src/connector/configuration-fields.ts";
import { allSettings, type Setting } from "./settings.ts";

/** The text of docs/config.md. */
export function configReference(): string {
  const settings = allSettings();
  const used = settings.filter(({ unused }) => unused === undefined);
  const section = (title: string, test: (path: string) => boolean): string =>
    `## ${title}\n\n${table(used.filter(({ path }) => test(path)))}`;
  return [
    "# Configuration",
    "After reading this page you can write the configuration file. The page is generated from the schema that validates the file (`npm run generate`).",
    "The file is YAML. Keys may be nested or dotted, freely mixed. `${NAME}` stands for an environment variable and `${NAME|default}` for one that may be missing. " +
      "An unknown key is an error that names the most similar key. `salesforce-connector config check` validates a file, and `config print` shows it with all defaults and without secrets.",
    section("Connectors", (path) => path.startsWith("connectors")),
    `### Configuration of a connector\n\nThe keys are Kibana's; in the file they are below \`connectors[].configuration\`.\n\n${fieldTable()}`,
    section("Elasticsearch", (path) => path.startsWith("elasticsearch") && !path.startsWith("elasticsearch.bulk")),
    section("Writing to Elasticsearch", (path) => path.startsWith("elasticsearch.bulk")),
    section("The service", (path) => path.startsWith("service.")),
    section("Reading from Salesforce", (path) => path.startsWith("salesforce.")),
    section("The extraction service", (path) => path.startsWith("extraction_service")),
    `## Settings of Elastic's file without effect\n\nThey are accepted with a warning.\n\n${unusedTable(settings)}`,
    section("Deprecated", (path) => path === "connector_id" || path === "service_type"),
  ].join("\n\n");
}

function table(settings: readonly Setting[]): string {
  const rows = settings.map(({ path, description, fallback, required, secret }) => {
    const value = secret
      ? "none"
      : fallback === undefined
        ? required
          ? "**required**"
          : "none"
        : `\`${JSON.stringify(fallback)}\``;
    return [`\`${path}\``, value, description];
  });
  return markdownTable(["setting", "default", "meaning"], rows);
}

function fieldTable(): string {
  const row = (field: ConfigurationField): string[] => {
    const empty = field.defaultValue === "";
    const value = empty ? (field.required && !field.dependsOn ? "**required**" : "none") : `\`${field.defaultValue}\``;
    const condition = field.dependsOn ? ` Counts when \`${field.dependsOn.field}\` is ${field.dependsOn.value}.` : "";
    return [`\`${field.key}\``, value, `${field.tooltip}${condition}`];
  };
  return markdownTable(["field", "default", "meaning"], configurationFields.map(row));
}

function unusedTable(settings: readonly Setting[]): string {
  return markdownTable(
    ["setting", "because"],
    settings.flatMap(({ path, unused }) => (unused === undefined ? [] : [[`\`${path}\``, unused]])),
  );
}

function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}
