const first = 50;
const last = 67;
const releases = ["Winter", "Spring", "Summer"];

/** Tells if a version such as `62.0` is served. */
export function isServed(version: string): boolean {
  const number = Number(version);
  return Number.isInteger(number) && number >= first && number <= last;
}

/** The answer of `/services/data`: three versions a year since 50.0 (Winter '21). */
export function versionList(): { label: string; url: string; version: string }[] {
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const version = `${first + index}.0`;
    const year = 21 + Math.floor(index / 3);
    return { label: `${releases[index % 3] ?? ""} '${year}`, url: `/services/data/v${version}`, version };
  });
}
