import { recordId } from "../schema/record-id.ts";

interface Job {
  readonly id: string;
  readonly userId: string;
  readonly createdAt: number;
}

/** Salesforce keeps jobs for seven days. */
const retention = 7 * 86_400_000;

/** The jobs of one kind. Users can find only their own jobs. */
export class JobList<T extends Job> {
  readonly #jobs = new Map<string, T>();
  readonly #now: () => number;
  #serial: number;

  /** Each kind of job needs a different first serial number, so that ids are unique. */
  constructor(now: () => number, firstSerial: number) {
    this.#now = now;
    this.#serial = firstSerial;
  }

  nextId(prefix: string): string {
    this.#serial += 1;
    return recordId(prefix, this.#serial);
  }

  add(job: T): T {
    this.#jobs.set(job.id, job);
    return job;
  }

  /** Finds a job by its id of 15 or 18 characters. */
  find(id: string, userId: string): T | undefined {
    return this.of(userId).find((job) => job.id === id || job.id.slice(0, 15) === id);
  }

  of(userId: string): T[] {
    return [...this.#jobs.values()].filter((job) => job.userId === userId && job.createdAt + retention > this.#now());
  }

  delete({ id }: T): void {
    this.#jobs.delete(id);
  }
}
