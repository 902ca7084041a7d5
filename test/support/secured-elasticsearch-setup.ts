import { readFile } from "node:fs/promises";
import process from "node:process";
import type { TestProject } from "vitest/node";
import { findJdk } from "../../embedded-elasticsearch/find-jdk.ts";
import { needsJdk } from "../../embedded-elasticsearch/missing-jdk.ts";
import { startEmbeddedNode, type EmbeddedNode } from "../../embedded-elasticsearch/start-embedded-node.ts";
import { MissingJars } from "../../embedded-elasticsearch/start-failure.ts";
import { parseMajor, securedVersions, type Major } from "../../embedded-elasticsearch/versions.ts";

/**
 * Starts one Elasticsearch with security for a project, before its first test file. If its jars cannot be fetched or there is no JDK, the
 * project's tests are left out, and one line says why. A node that has its jars and does not start fails the run.
 */
// Called by vitest, by its name.
// ts-unused-exports:disable-next-line
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const major = parseMajor(project.config.env["ELASTICSEARCH_MAJOR"] ?? "");
  if (major === undefined) throw new Error(`The project ${project.name} sets no supported ELASTICSEARCH_MAJOR.`);
  process.env["JDK_JAVA_OPTIONS"] ??= project.config.env["JDK_JAVA_OPTIONS"] ?? "";
  const started = performance.now();
  const node = await start(major);
  if (typeof node === "string") {
    process.stdout.write(`${project.name} is left out: ${node}\n`);
    return () => Promise.resolve();
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${project.name} runs on Elasticsearch ${node.version} with security (up in ${seconds} s)\n`);
  const { url, version, security } = node;
  if (security === undefined) throw new Error("The node was started without security.");
  project.provide("securedNode", { url, version, ...security, ca: await readFile(security.caCerts, "utf8") });
  return () => node.stop();
}

/** The node, or why there is none. */
async function start(major: Major): Promise<EmbeddedNode | string> {
  const { minimumJdk } = securedVersions[major];
  if ((await findJdk(minimumJdk)) === undefined) return `${needsJdk({ major, secured: true })}.`;
  try {
    return await startEmbeddedNode({ major, secured: true });
  } catch (error) {
    if (error instanceof MissingJars) return error.sentence;
    throw error;
  }
}
