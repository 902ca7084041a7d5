export interface OrgCounts {
  readonly accounts: number;
  readonly contacts: number;
  readonly opportunities: number;
  readonly leads: number;
  readonly campaigns: number;
  readonly cases: number;
  readonly projects: number;
  readonly milestones: number;
  readonly installations: number;
  readonly surveys: number;
  readonly users: number;
  readonly files: number;
  /** Contacts of the account with the most contacts. */
  readonly largestAccount: number;
  /** E-mails of the case with the most e-mails. */
  readonly longestCase: number;
  /** Links of the file with the most links. */
  readonly mostLinkedFile: number;
}

/** The total number of records of the six standard objects and the custom objects. */
const namedSizes: Readonly<Record<string, number>> = {
  tiny: 300,
  small: 5000,
  medium: 180_000,
  large: 1_000_000,
};

const smallest = 100;
const largest = 5_000_000;

export class UnknownSizeError extends Error {
  override readonly name = "UnknownSizeError";
}

/** The number of records of a size. Throws if the size is neither a name nor a number within the limits. */
export function recordCount(size: string): number {
  const named = Object.hasOwn(namedSizes, size) ? namedSizes[size] : undefined;
  if (named !== undefined) return named;
  const count = /^\d+$/u.test(size) ? Number(size) : Number.NaN;
  if (count >= smallest && count <= largest) return count;
  throw new UnknownSizeError(
    `Unknown size "${size}". Use ${Object.keys(namedSizes).join(", ")}, or a number from ${smallest} to ${largest}.`,
  );
}

const shares = {
  accounts: 0.12,
  contacts: 0.32,
  opportunities: 0.17,
  leads: 0.14,
  cases: 0.175,
  projects: 0.025,
  milestones: 0.02,
  installations: 0.02,
  surveys: 0.005,
};

/** The row counts of an org with that number of records. Campaigns get the remaining records. */
export function countsFor(records: number): OrgCounts {
  const counts = Object.fromEntries(
    Object.entries(shares).map(([name, share]) => [name, Math.max(2, Math.round(records * share))]),
  ) as Record<keyof typeof shares, number>;
  const taken = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const campaigns = Math.max(2, records - taken);
  return {
    ...counts,
    // In the smallest orgs, the minimum of two rows per object leaves fewer records for contacts.
    contacts: counts.contacts + records - taken - campaigns,
    campaigns,
    users: Math.round(Math.min(400, 18 + records / 500)),
    files: Math.round(records < 1000 ? 12 : Math.min(5000, records / 90, 2000 + (records - 180_000) / 250)),
    // 20,000 remain after deletions.
    largestAccount: Math.min(20_200, Math.round(counts.contacts * 0.35)),
    longestCase: records < 1000 ? 30 : 1200,
    mostLinkedFile: Math.min(400, Math.round(counts.accounts / 3)),
  };
}
