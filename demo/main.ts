// `npm run demo`: a simulated Salesforce org, a real Elasticsearch, and the connector between them, each in its own process.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { editAccounts } from "./edit-org.ts";
import { parseOptions, type DemoOptions } from "./parse-options.ts";
import { startScript, startServer, type ProcessResult, type RunningServer } from "./processes.ts";
import { search } from "./search.ts";
import { startNode, type DemoNode } from "./start-node.ts";

const index = "search-salesforce";
const secondsBetweenSyncs = 10;

const options = readOptions();
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stopping.abort());

/** A function, because the result can change during an await. */
const isStopping = (): boolean => stopping.signal.aborted;

const say = (text: string): void => void (options.json ? process.stderr : process.stdout).write(`${text}\n`);

let simulator: RunningServer | undefined;
let elasticsearch: DemoNode | undefined;
const folder = await mkdtemp(join(tmpdir(), "salesforce-connector-demo-"));
try {
  process.exitCode = await demo();
} catch (error) {
  if (!isStopping()) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
} finally {
  await Promise.all([simulator?.stop(), elasticsearch?.stop(), rm(folder, { recursive: true, force: true })]);
}

async function demo(): Promise<number> {
  say(
    `Starting a simulated Salesforce org (${options.size}) and Elasticsearch; the first start downloads the dependencies.`,
  );
  // A started program ends with the demo, even if the other one does not start.
  const failed = new AbortController();
  const starting = await Promise.allSettled([
    startServer("simulator/main.ts", ["--size", options.size, "--seed", "1"]).then(
      (server) => (simulator = server),
      (error: unknown) => {
        failed.abort();
        throw error;
      },
    ),
    startNode(options, failed.signal).then((node) => (elasticsearch = node)),
  ]);
  for (const outcome of starting) if (outcome.status === "rejected") throw outcome.reason;
  if (!simulator || !elasticsearch) return 1;
  say(`Salesforce:    ${simulator.url}`);
  say(`Elasticsearch: ${elasticsearch.url} (version ${elasticsearch.version}), index ${index}`);
  if (elasticsearch.unsecured !== undefined) say(`It runs without security: ${elasticsearch.unsecured}`);
  say(describeUser(elasticsearch));

  const config = join(folder, "config.yml");
  await writeFile(config, configFor(simulator.url, elasticsearch.settings));
  const first = await sync(config);
  if (first.exitCode !== 0 || isStopping()) return first.exitCode ?? 1;
  await showSearch(elasticsearch);

  let last = first;
  while (!options.once && !isStopping()) {
    await pause();
    if (isStopping()) break;
    const changed = await editAccounts(simulator.url, 3);
    say(
      `\nEdited ${changed.join(", ")} in Salesforce. Incremental syncs are not available yet; this full sync writes only changed documents.`,
    );
    last = await sync(config, { quiet: true });
  }
  if (options.json) process.stdout.write(`${last.stdout.trim().split("\n").at(-1) ?? ""}\n`);
  return last.exitCode ?? 1;
}

async function sync(config: string, { quiet = false } = {}): Promise<ProcessResult> {
  const result = await startScript("src/main.ts", ["sync", "-c", config, ...(options.json ? ["--json"] : [])], {
    stderr: quiet ? "ignore" : "inherit",
    detached: true,
    signal: stopping.signal,
  }).ended;
  if (!options.json) say(result.stdout.trimEnd());
  return result;
}

async function showSearch({ client }: DemoNode): Promise<void> {
  say(`\nSearching for “${options.query}”:`);
  for (const { type, title, fragment, url: link } of await search(client, index, options.query)) {
    say(`\n  ${type}: ${title}\n    ${fragment}\n    ${link}`);
  }
  if (!options.once) say(`\nThe org is synced again every ${secondsBetweenSyncs} seconds, until Ctrl-C.`);
}

/** Waits for the next sync, or for Ctrl-C. */
async function pause(): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, secondsBetweenSyncs * 1000);
    stopping.signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** How to sign in; empty without security. */
function describeUser({ settings }: DemoNode): string {
  const { "elasticsearch.username": username, "elasticsearch.password": password } = settings;
  if (username === undefined || password === undefined) return "";
  return `User:          ${username}, password ${password}, certificate by ${settings["elasticsearch.ca_certs"] ?? ""}\n`;
}

function configFor(salesforceUrl: string, settings: Record<string, string>): string {
  return stringify({
    ...settings,
    "service.log_level": "warning",
    connectors: [
      {
        connector_id: "demo",
        index_name: index,
        "salesforce.base_url": salesforceUrl,
        configuration: {
          domain: "demo",
          client_id: "simulator",
          client_secret: "simulator",
          sync_custom_objects: true,
          custom_objects_to_sync: "*",
        },
      },
    ],
  });
}

function readOptions(): DemoOptions {
  const options = parseOptions(process.argv.slice(2));
  if (!("exitCode" in options)) return options;
  (options.exitCode === 0 ? process.stdout : process.stderr).write(`${options.text}\n`);
  process.exit(options.exitCode);
}
