import { allSettings, type Setting } from "./settings.ts";

const head = `# The configuration of the Salesforce connector. Copy this file to config.yml and fill in the first part.
# All other settings follow with their defaults. docs/config.md describes them all.
# Keys may be nested or dotted; \${NAME} and \${NAME|default} stand for environment variables.

elasticsearch:
  host: \${ELASTICSEARCH_HOST|http://localhost:9200}
  api_key: \${ELASTICSEARCH_API_KEY}

connectors:
  - connector_id: my-salesforce
    index_name: search-salesforce
    configuration:
      # The part of the org's URL before .my.salesforce.com: acme, or acme--dev.sandbox
      domain: \${SALESFORCE_DOMAIN}
      client_id: \${SALESFORCE_CLIENT_ID}
      client_secret: \${SALESFORCE_CLIENT_SECRET}
      # standard_objects_to_sync: Account, Opportunity, Contact, Lead, Campaign, Case
      # sync_custom_objects: true
      # custom_objects_to_sync: "*"
    # Seconds, minutes, hours, day of month, month, day of week. Times are UTC.
    scheduling:
      full: 0 0 0 * * ?
`;

/** The text of config.example.yml. */
export function configExample(): string {
  const settings = allSettings().filter(
    ({ path, unused, deprecated }) => !path.startsWith("connectors") && unused === undefined && !deprecated,
  );
  return `${head}\n${settings.map(asComment).join("\n")}`;
}

function asComment({ path, description, fallback, secret }: Setting): string {
  const value = secret ? "<secret>" : fallback === undefined ? "" : JSON.stringify(fallback);
  return `${wrap(description)}# ${path}: ${value}`.trimEnd() + "\n";
}

function wrap(text: string): string {
  const lines: string[] = [];
  let line = "#";
  for (const word of text.split(" ")) {
    if (line.length + word.length > 118) {
      lines.push(line);
      line = "#";
    }
    line += ` ${word}`;
  }
  return `${[...lines, line].join("\n")}\n`;
}
