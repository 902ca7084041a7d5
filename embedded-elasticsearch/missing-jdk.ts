import { StartFailure } from "./start-failure.ts";
import { versionOf, type Major } from "./versions.ts";

interface WantedNode {
  readonly major: Major;
  readonly secured: boolean;
}

/** The reason why a major version cannot run embedded. The text completes a sentence that begins with the version. */
export function needsJdk(wanted: WantedNode): string {
  const { version, minimumJdk } = versionOf(wanted);
  return `Elasticsearch ${version} needs a JDK of version ${minimumJdk} or newer, and none was found`;
}

/** No JDK is new enough for the major version. The message names the JDK to install. */
export function missingJdk(wanted: WantedNode): StartFailure {
  const { minimumJdk } = versionOf(wanted);
  return new StartFailure(
    `${needsJdk(wanted)}: install one (Debian: apt-get install openjdk-${minimumJdk}-jdk-headless; macOS: brew install ` +
      `openjdk@${minimumJdk}), point JAVA_HOME at one, start Docker, or set ELASTICSEARCH_URL to a cluster of your own.`,
  );
}
