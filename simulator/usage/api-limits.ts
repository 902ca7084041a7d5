/** The limits that the control surface can set. */
interface LimitSettings {
  dailyApiRequests: number;
  dailyBulkV2QueryJobs: number;
  dailyBulkV2QueryFileStorageMB: number;
  concurrentLongRequests: number;
  /** A request that runs longer counts as long-running. */
  longRequestSeconds: number;
  /** Maximum rows of a child subquery in its parent's record. Further rows are on separate pages. */
  childPageSize: number;
  sessionLifetimeSeconds: number;
  /** The lag of `latestDateCovered` behind the current time. */
  replicationLagSeconds: number;
  /** Time from the creation of a bulk job to its results. */
  bulkJobSeconds: number;
  /** Maximum rows of a page of bulk results. Clients can request fewer. */
  bulkPageRows: number;
  /** The number of upcoming bulk jobs that fail with too many retries. */
  bulkJobsToFail: number;
  /** Time from the change of a permission set group to its new aggregated set. */
  permissionSetGroupSeconds: number;
}

/** Daily requests: "100,000 + licenses × 1,000" of an Enterprise Edition org with 400 licenses. The others are from the same limits page. */
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
  permissionSetGroupSeconds: 0,
};

const dayLength = 86_400_000;

/** The API limits of one org and their use over the last 24 hours. */
export class ApiLimits {
  readonly settings: LimitSettings = { ...defaultLimits };
  readonly #now: () => number;
  readonly #running = new Set<{ readonly startedAt: number }>();
  readonly #counts = new Map<string, Map<number, number>>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Adds to the use of a limit. `name` is its name in `/limits`. */
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

  /** Registers a running request. The returned function ends it. Durations are real time, not the org's clock. */
  begin(): () => void {
    const request = { startedAt: performance.now() };
    this.#running.add(request);
    return () => void this.#running.delete(request);
  }

  /** True if the maximum number of long-running requests is reached ("Concurrent API Request Limits"). */
  get longRequestsExhausted(): boolean {
    const since = performance.now() - this.settings.longRequestSeconds * 1000;
    const long = [...this.#running].filter(({ startedAt }) => startedAt <= since).length;
    return long >= this.settings.concurrentLongRequests;
  }

  /** The value of the header `Sforce-Limit-Info`. */
  header(): string {
    return `api-usage=${this.requestsUsed}/${this.settings.dailyApiRequests}`;
  }

  reset(): void {
    Object.assign(this.settings, defaultLimits);
    this.#counts.clear();
  }
}
