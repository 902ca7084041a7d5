import process from "node:process";
import type { TestProject } from "vitest/node";
import { availableMajors } from "../../embedded-elasticsearch/available-majors.ts";
import { startElasticsearch } from "../../embedded-elasticsearch/start-elasticsearch.ts";
import { parseMajor } from "../../embedded-elasticsearch/versions.ts";

/**
 * Starts one Elasticsearch for an integration project, before its first test file; no other project starts any. The project's
 * `ELASTICSEARCH_MAJOR` selects the version.
 *
 * @returns a function that stops it after the last test file; the run fails if the node does not end
 */
// Called by vitest, by its name.
// ts-unused-exports:disable-next-line
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const major = parseMajor(project.config.env["ELASTICSEARCH_MAJOR"] ?? "");
  if (major === undefined) throw new Error(`The project ${project.name} sets no supported ELASTICSEARCH_MAJOR.`);
  // Applies to this node and to those that tests start.
  process.env["JDK_JAVA_OPTIONS"] ??= project.config.env["JDK_JAVA_OPTIONS"] ?? "";
  const started = performance.now();
  const elasticsearch = await startElasticsearch({ major });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  project.provide("elasticsearchUrl", elasticsearch.url);
  project.provide("elasticsearchVersion", elasticsearch.version);
  project.provide("elasticsearchOrigin", elasticsearch.origin);
  const { version, origin } = elasticsearch;
  process.stdout.write(
    `${project.name} runs on Elasticsearch ${version} (${origin}, up in ${seconds} s)${await others()}\n`,
  );
  return () => elasticsearch.stop();
}

/** The reason why a supported version is not tested in this run. */
async function others(): Promise<string> {
  const availability = await availableMajors();
  const missing = availability.filter((entry) => !entry.runs);
  return missing.map((entry) => `; integration-${entry.major} does not run: ${entry.why}`).join("");
}
