import { cp } from "node:fs/promises";
import path from "node:path";
import type { Jdk } from "./find-jdk.ts";
import { runTool } from "./run-tool.ts";
import { MissingJars, StartFailure } from "./start-failure.ts";

interface JarRequest {
  /** The folder of the parent `pom.xml`. */
  readonly poms: string;
  /** The target folder. It must not exist yet. */
  readonly folder: string;
  readonly version: string;
  readonly jdk: Jdk;
  /** Also fetches the jars of the security modules. */
  readonly secured: boolean;
}

/**
 * Fetches jars with Maven. The jars of each Maven module are in `MODULE/jars` of the target folder.
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
      // Retries artifacts that were missing in an earlier attempt.
      "--update-snapshots",
      "-Dstyle.color=never",
      ...(secured ? ["--activate-profiles", "secured"] : []),
      `-Delasticsearch.version=${version}`,
      "-DincludeScope=runtime",
      "-DoutputDirectory=jars",
      // The full name avoids a lookup of the plugin prefix, whose errors would hide the real cause.
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

/** The folder with the fetched jars of one Maven module. */
export function fetchedJars(folder: string, module: string): string {
  return path.join(folder, module, "jars");
}
