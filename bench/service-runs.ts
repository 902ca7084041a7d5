import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** The parts of a run's report that the benchmark uses. */
export interface ServiceReport {
  status: string;
  error: string | null;
  started_at: string;
  completed_at: string;
  objects: Record<string, { extracted: number; written: number; unchanged: number }>;
  salesforce_calls: number;
  peak_rss_bytes: number;
}

/** Where a run of the service reads and writes. */
export interface ServiceTarget {
  folder: string;
  salesforceUrl: string;
  elasticsearchUrl: string;
  index: string;
  /** Whether the content of files is fetched; without it they cost nothing but their links. */
  fileText: boolean;
}

/** One sync by the service's own command line, as a process. */
export async function runService(target: ServiceTarget): Promise<ServiceReport> {
  const config = join(target.folder, "config.yml");
  await writeFile(config, configFor(target));
  const { output, exitCode } = await runNode([join(root, "src/main.ts"), "sync", "--json", "-c", config], "");
  if (exitCode !== 0) throw new Error(`The service ended with ${exitCode}: ${output}`);
  return JSON.parse(output.trim().split("\n").at(-1) ?? "") as ServiceReport;
}

/** Runs a script with Node and returns what it printed. */
export async function runNode(args: readonly string[], input: string): Promise<{ output: string; exitCode: number }> {
  const child = spawn(process.execPath, [...args], { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end(input);
  let output = "";
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { output: code === 0 ? output : errors, exitCode: code ?? 1 };
}

/** Documents that a run handled, and how many a second. */
export function rateOf(report: ServiceReport): { documents: number; perSecond: number } {
  const documents = Object.values(report.objects).reduce((sum, { extracted }) => sum + extracted, 0);
  return {
    documents,
    perSecond: documents / ((Date.parse(report.completed_at) - Date.parse(report.started_at)) / 1000),
  };
}

function configFor({ salesforceUrl, elasticsearchUrl, index, fileText }: ServiceTarget): string {
  return `
elasticsearch.host: ${elasticsearchUrl}
service.log_level: error
connectors:
  - connector_id: bench
    index_name: ${index}
    salesforce.base_url: ${salesforceUrl}
    pipeline.extract_binary_content: ${String(fileText)}
    configuration: { domain: bench, client_id: simulator, client_secret: simulator }
`;
}
