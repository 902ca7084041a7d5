/** How many rows of what an org has. */
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
  /** Contacts of the one account that has most. */
  readonly largestAccount: number;
  /** E-mails of the one case that has most. */
  readonly longestCase: number;
  /** Records that the most shared file hangs on. */
  readonly widestFile: number;
}

/** The sizes that have a name, in records of the six standard and the custom objects together. */
const namedSizes: Readonly<Record<string, number>> = {
  tiny: 300,
  small: 5000,
  medium: 180_000,
  large: 1_000_000,
};

const smallest = 100;
const largest = 5_000_000;

/** The number of records that a size stands for, or undefined where it is neither a name nor a number from 100 to 5,000,000. */
export function recordsOf(size: string): number | undefined {
  const named = Object.hasOwn(namedSizes, size) ? namedSizes[size] : undefined;
  if (named !== undefined) return named;
  const count = /^\d+$/u.test(size) ? Number(size) : Number.NaN;
  return count >= smallest && count <= largest ? count : undefined;
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

/** The counts for so many records in all; campaigns take what the other shares leave. */
export function countsFor(records: number): OrgCounts {
  const counts = Object.fromEntries(
    Object.entries(shares).map(([name, share]) => [name, Math.max(2, Math.round(records * share))]),
  ) as Record<keyof typeof shares, number>;
  const taken = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const campaigns = Math.max(2, records - taken);
  return {
    ...counts,
    // In the smallest orgs, contacts make room for what there has to be at least.
    contacts: counts.contacts + records - taken - campaigns,
    campaigns,
    users: Math.round(Math.min(400, 14 + records / 500)),
    files: Math.round(records < 1000 ? 12 : Math.min(5000, records / 90, 2000 + (records - 180_000) / 250)),
    // Of these some are deleted; 20,000 stay.
    largestAccount: Math.min(20_200, Math.round(counts.contacts * 0.35)),
    longestCase: records < 1000 ? 30 : 1200,
    widestFile: Math.min(400, Math.round(counts.accounts / 3)),
  };
}
