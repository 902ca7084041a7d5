interface CallCount {
  count: number;
  bytesOut: number;
  statuses: Record<string, number>;
}

/** Calls and sent bytes by endpoint. */
export class CallCounts {
  readonly #endpoints = new Map<string, CallCount>();

  count(endpoint: string, { status, bytesOut }: { status: number; bytesOut: number }): void {
    const entry = this.#endpoints.get(endpoint) ?? { count: 0, bytesOut: 0, statuses: {} };
    entry.count += 1;
    entry.bytesOut += bytesOut;
    entry.statuses[String(status)] = (entry.statuses[String(status)] ?? 0) + 1;
    this.#endpoints.set(endpoint, entry);
  }

  clear(): void {
    this.#endpoints.clear();
  }

  report(): { total: number; bytesOut: number; endpoints: Record<string, CallCount> } {
    const entries = [...this.#endpoints.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      total: entries.reduce((sum, [, { count }]) => sum + count, 0),
      bytesOut: entries.reduce((sum, [, { bytesOut }]) => sum + bytesOut, 0),
      endpoints: Object.fromEntries(entries),
    };
  }
}
