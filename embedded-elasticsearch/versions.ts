/** The major versions of Elasticsearch that the project is tested with. */
export type Major = 8 | 9;

export const majors: readonly Major[] = [8, 9];

export interface SupportedVersion {
  /**
   * The newest version whose HTTP transport is published as a jar: 8.19.1 and later, and 9.2.1 and later, have none. The Docker image
   * has the same version so that tests behave the same on both.
   */
  readonly version: string;
  /** The lowest Java version that can load the class files. */
  readonly minimumJdk: number;
}

export const supportedVersions: Readonly<Record<Major, SupportedVersion>> = {
  8: { version: "8.19.0", minimumJdk: 17 },
  9: { version: "9.2.0", minimumJdk: 21 },
};

/** The newest versions whose security module is published as well. */
export const securedVersions: Readonly<Record<Major, SupportedVersion>> = {
  8: supportedVersions[8],
  9: { version: "9.1.0", minimumJdk: 21 },
};

export function versionOf({ major, secured }: { major: Major; secured: boolean }): SupportedVersion {
  return (secured ? securedVersions : supportedVersions)[major];
}

/** "8" → 8; undefined if the major version is not supported. */
export function parseMajor(text: string): Major | undefined {
  return majors.find((major) => String(major) === text);
}
