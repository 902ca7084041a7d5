import { cp } from "node:fs/promises";
import path from "node:path";
import type { Jdk } from "./find-jdk.ts";
import { runTool } from "./run-tool.ts";
import { MissingJars, StartFailure } from "./start-failure.ts";

/** Which jars are fetched. */
interface JarRequest {
  /** The folder of the parent `pom.xml`. */
  readonly poms: string;
  /** Where they go; it does not exist yet. */
  readonly folder: string;
  readonly version: string;
  readonly jdk: Jdk;
  /** Those of the security modules too. */
  readonly secured: boolean;
}

/**
 * Fetches jars with Maven: afterwards the folder has a subfolder for each of Maven's modules, and that one a folder `jars`.
 *
 * @throws MissingJars with Maven's errors
 */
export async function fetchJars(request: JarRequest, signal?: AbortSignal): Promise<void> {
  const { poms, folder, version, jdk, secured } = request;
  await cp(poms, folder, { recursive: true });
  const tool = {
    command: "mvn",
    args: [
      "--batch-mode",
      "--quiet",
      // A jar that does not match its published checksum is an error, not a warning.
      "--strict-checksums",
      // What was missing at the last try is asked for again.
      "--update-snapshots",
      "-Dstyle.color=never",
      ...(secured ? ["--activate-profiles", "secured"] : []),
      `-Delasticsearch.version=${version}`,
      "-DincludeScope=runtime",
      "-DoutputDirectory=jars",
      // By its full name: otherwise Maven asks the network which plugin is meant, and its errors speak of that.
      "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies",
    ],
    folder,
    env: { ...process.env, JAVA_HOME: jdk.home },
    purpose: `fetch the jars of Elasticsearch ${version}`,
    ifMissing: `Install Maven (Debian: apt-get install maven; macOS: brew install maven)${secured ? "" : " or set ELASTICSEARCH_URL"}.`,
    ifFailing: "Check the network and Maven's settings, then try again.",
  };
  try {
    await runTool(tool, signal);
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error;
    throw new MissingJars(error.sentence, { details: error.details, cause: error });
  }
}

/** The folder of the jars that were fetched for one of Maven's modules. */
export function fetchedJars(folder: string, module: string): string {
  return path.join(folder, module, "jars");
}
