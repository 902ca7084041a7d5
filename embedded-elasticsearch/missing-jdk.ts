import { StartFailure } from "./start-failure.ts";
import { supportedVersions, type Major } from "./versions.ts";

/** Why a major version cannot run embedded, as the end of a sentence that starts with it. */
export function needsJdk(major: Major): string {
  const { version, minimumJdk } = supportedVersions[major];
  return `Elasticsearch ${version} needs a JDK of version ${minimumJdk} or newer, and none was found`;
}

/** There is no JDK that a major version could run on; the message says in one sentence what to install. */
export function missingJdk(major: Major): StartFailure {
  const { minimumJdk } = supportedVersions[major];
  return new StartFailure(
    `${needsJdk(major)}: install one (Debian: apt-get install openjdk-${minimumJdk}-jdk-headless; macOS: brew install ` +
      `openjdk@${minimumJdk}), point JAVA_HOME at one, start Docker, or set ELASTICSEARCH_URL to a cluster of your own.`,
  );
}
