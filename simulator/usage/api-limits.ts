/** Allocations that may be set through the control surface, by the names of `/limits`. */
interface LimitSettings {
  dailyApiRequests: number;
  dailyBulkV2QueryJobs: number;
  dailyBulkV2QueryFileStorageMB: number;
  concurrentLongRequests: number;
  /** From when on a request counts as a long one. */
  longRequestSeconds: number;
  /** Rows of one child subquery that stand in their parent's record. */
  childPageSize: number;
  sessionLifetimeSeconds: number;
  /** How far `latestDateCovered` stays behind. */
  replicationLagSeconds: number;
  /** How long a bulk job takes from its creation to its results. */
  bulkJobSeconds: number;
  /** Rows of a page of bulk results unless the client asks for fewer. */
  bulkPageRows: number;
  /** How many of the next bulk jobs fail, as those do that were retried too often. */
  bulkJobsToFail: number;
}

/** "100,000 + licences × 1,000" of an Enterprise org with some hundred licences; the others as the limits page gives them. */
const defaultLimits: Readonly<LimitSettings> = {
  dailyApiRequests: 500_000,
  dailyBulkV2QueryJobs: 10_000,
  dailyBulkV2QueryFileStorageMB: 976_562,
  concurrentLongRequests: 25,
  longRequestSeconds: 20,
  childPageSize: 500,
  sessionLifetimeSeconds: 7200,
  replicationLagSeconds: 0,
  bulkJobSeconds: 0.3,
  bulkPageRows: 50_000,
  bulkJobsToFail: 0,
};

const dayLength = 86_400_000;

/** Counts what allocations are spent on, over the last 24 hours. */
export class ApiLimits {
  readonly settings: LimitSettings = { ...defaultLimits };
  readonly #now: () => number;
  readonly #running = new Set<{ readonly startedAt: number }>();
  readonly #counts = new Map<string, Map<number, number>>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Adds to what was used of an allocation. */
  spend(name: string, amount = 1): void {
    const hours = this.#counts.get(name) ?? new Map<number, number>();
    const hour = Math.floor(this.#now() / 3_600_000);
    hours.set(hour, (hours.get(hour) ?? 0) + amount);
    this.#counts.set(name, hours);
  }

  used(name: string): number {
    const first = Math.floor((this.#now() - dayLength) / 3_600_000);
    let sum = 0;
    for (const [hour, amount] of this.#counts.get(name) ?? []) if (hour > first) sum += amount;
    return sum;
  }

  get requestsUsed(): number {
    return this.used("DailyApiRequests");
  }

  get requestsExhausted(): boolean {
    return this.requestsUsed > this.settings.dailyApiRequests;
  }

  /** Notes that a request began; gives what ends it. Times are real: a set clock makes no request longer. */
  begin(): () => void {
    const request = { startedAt: performance.now() };
    this.#running.add(request);
    return () => void this.#running.delete(request);
  }

  /** Whether so many requests run for so long that no other may begin ("Concurrent API Request Limits"). */
  get longRequestsExhausted(): boolean {
    const since = performance.now() - this.settings.longRequestSeconds * 1000;
    const long = [...this.#running].filter(({ startedAt }) => startedAt <= since).length;
    return long >= this.settings.concurrentLongRequests;
  }

  /** Value of the header `Sforce-Limit-Info`. */
  header(): string {
    return `api-usage=${this.requestsUsed}/${this.settings.dailyApiRequests}`;
  }

  reset(): void {
    Object.assign(this.settings, defaultLimits);
    this.#counts.clear();
  }
}
