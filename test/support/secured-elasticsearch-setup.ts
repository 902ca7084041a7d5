import { readFile } from "node:fs/promises";
import process from "node:process";
import type { TestProject } from "vitest/node";
import { startSecuredNode } from "../../embedded-elasticsearch/start-secured-node.ts";
import { parseMajor } from "../../embedded-elasticsearch/versions.ts";

/**
 * Starts one Elasticsearch with security for a project, before its first test file. If its jars cannot be fetched or there is no JDK, the
 * project's tests are skipped, and one line gives the reason. A node that has its jars and does not start fails the run.
 */
// Called by vitest, by its name.
// ts-unused-exports:disable-next-line
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const major = parseMajor(project.config.env["ELASTICSEARCH_MAJOR"] ?? "");
  if (major === undefined) throw new Error(`The project ${project.name} sets no supported ELASTICSEARCH_MAJOR.`);
  process.env["JDK_JAVA_OPTIONS"] ??= project.config.env["JDK_JAVA_OPTIONS"] ?? "";
  const started = performance.now();
  const node = await startSecuredNode(major);
  if (typeof node === "string") {
    process.stdout.write(`The tests of ${project.name} are skipped: ${node}\n`);
    return () => Promise.resolve();
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${project.name} runs on Elasticsearch ${node.version} with security (up in ${seconds} s)\n`);
  const { url, version, security } = node;
  project.provide("securedNode", { url, version, ...security, ca: await readFile(security.caCerts, "utf8") });
  return () => node.stop();
}
