/** The major versions of Elasticsearch that the project is tested with. */
export type Major = 8 | 9;

export const majors: readonly Major[] = [8, 9];

/** What is started for a major version. */
interface SupportedVersion {
  /**
   * The newest version whose HTTP transport is published as a jar: 8.19.1 and later, and 9.2.1 and later, have none. The Docker image
   * is of the same version, so that both ways show the same behaviour.
   */
  readonly version: string;
  /** The class files of this version need at least this Java. */
  readonly minimumJdk: number;
}

export const supportedVersions: Readonly<Record<Major, SupportedVersion>> = {
  8: { version: "8.19.0", minimumJdk: 17 },
  9: { version: "9.2.0", minimumJdk: 21 },
};

/** "8" → 8; undefined for what is not a supported major version. */
export function parseMajor(text: string): Major | undefined {
  return majors.find((major) => String(major) === text);
}
