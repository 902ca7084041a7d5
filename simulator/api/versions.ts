/** "Versions 21.0 through 30.0 are retired" (API End-of-Life Policy). */
const firstRetired = 21;
const first = 31;
const last = 67;
const releases = ["Summer", "Winter", "Spring"];

/** Tells if an org serves a version such as `62.0`. `newest` is the version of its release. */
export function isServed(version: string, newest: number): boolean {
  const number = Number(version);
  return Number.isInteger(number) && number >= first && number <= Math.min(last, newest);
}

export function isRetired(version: string): boolean {
  const number = Number(version);
  return Number.isInteger(number) && number >= firstRetired && number < first;
}

/** The answer of `/services/data`: three versions a year since 31.0 (Summer '14). */
export function versionList(): { label: string; url: string; version: string }[] {
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const version = `${first + index}.0`;
    const year = 14 + Math.ceil(index / 3);
    return { label: `${releases[index % 3] ?? ""} '${year}`, url: `/services/data/v${version}`, version };
  });
}
