import { StartFailure } from "./start-failure.ts";
import { versionOf, type Major } from "./versions.ts";

interface WantedNode {
  readonly major: Major;
  readonly secured: boolean;
}

/** Why a major version cannot run embedded, as the end of a sentence that starts with it. */
export function needsJdk(wanted: WantedNode): string {
  const { version, minimumJdk } = versionOf(wanted);
  return `Elasticsearch ${version} needs a JDK of version ${minimumJdk} or newer, and none was found`;
}

/** There is no JDK that a major version could run on; the message says in one sentence what to install. */
export function missingJdk(wanted: WantedNode): StartFailure {
  const { minimumJdk } = versionOf(wanted);
  return new StartFailure(
    `${needsJdk(wanted)}: install one (Debian: apt-get install openjdk-${minimumJdk}-jdk-headless; macOS: brew install ` +
      `openjdk@${minimumJdk}), point JAVA_HOME at one, start Docker, or set ELASTICSEARCH_URL to a cluster of your own.`,
  );
}
