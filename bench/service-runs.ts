import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startScript } from "../demo/processes.ts";

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

/** The source and the target of a run. */
export interface ServiceTarget {
  folder: string;
  salesforceUrl: string;
  elasticsearchUrl: string;
  index: string;
  /** Downloads the content of files. Otherwise only their links are read. */
  fileText: boolean;
}

/** Runs one sync through the service's command line, in a process. */
export async function runService(target: ServiceTarget): Promise<ServiceReport> {
  const config = join(target.folder, "config.yml");
  await writeFile(config, configFor(target));
  const output = await startScript("src/main.ts", ["sync", "--json", "-c", config]).output();
  return JSON.parse(output.trim().split("\n").at(-1) ?? "") as ServiceReport;
}

/** The documents of a run, and the documents per second. */
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
