import type { Clock } from "../core/clock.ts";
import { CanceledError, describeError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { ConnectorReconciler } from "./connector-reconciler.ts";
import type { OrphanedJobCleanup } from "../jobs/orphaned-job-cleanup.ts";
import type { ConnectorStore, StoredConnector } from "../jobs/ports.ts";
import type { Worker } from "../jobs/worker.ts";

/** What the service is made of. */
export interface ConnectorServiceOptions {
  connectors: ConnectorStore;
  /** Which connectors it runs: these, and the self-managed ones of these types. */
  wanted: { ids: readonly string[]; serviceTypes: readonly string[] };
  /** Jobs of a connector of another type are not for this service to run or to end, even if the file names the connector. */
  serviceType: string;
  reconciler: ConnectorReconciler;
  worker: Worker;
  sweep: OrphanedJobCleanup;
  clock: Clock;
  log: Logger;
  /** How often it looks for what is new. */
  idleMs: number;
  /** How often it looks for jobs that lost their worker. */
  sweepMs: number;
}

/**
 * The service: looks after its connectors, takes up jobs, and frees those of dead workers, until the signal fires; then gives back what it
 * runs. What goes wrong with one connector, or with Elasticsearch for a while, ends nothing.
 */
export class ConnectorService {
  readonly #options: ConnectorServiceOptions;
  /** Connectors that are being looked after at this moment: one whose org answers slowly holds nobody else up. */
  readonly #attended = new Map<string, Promise<void>>();
  readonly #missed = new Set<string>();

  constructor(options: ConnectorServiceOptions) {
    this.#options = options;
  }

  /** Runs until the signal fires and everything that was begun has ended. */
  async run(signal: AbortSignal): Promise<void> {
    const { worker, sweep, idleMs, sweepMs } = this.#options;
    await Promise.all([
      this.#repeat("looking after the connectors", { everyMs: idleMs, signal }, (connectors) => {
        for (const connector of connectors) this.#reconcile(connector, signal);
        this.#noteMissing(connectors);
        return Promise.resolve();
      }),
      this.#repeat("taking up jobs", { everyMs: idleMs, signal }, (connectors) =>
        worker.poll(this.#ours(connectors), signal),
      ),
      this.#repeat("looking for jobs without a worker", { everyMs: sweepMs, signal }, (connectors) =>
        sweep.sweep(this.#ours(connectors), signal),
      ),
    ]);
    await Promise.all(this.#attended.values());
    await worker.ended();
  }

  /** A connector that does not say its type yet gets this service's. */
  #ours(connectors: readonly StoredConnector[]): StoredConnector[] {
    return connectors.filter(({ serviceType }) => serviceType === null || serviceType === this.#options.serviceType);
  }

  #reconcile(connector: StoredConnector, signal: AbortSignal): void {
    const { id } = connector;
    if (this.#attended.has(id)) return;
    const attending = this.#attempt(`looking after the connector ${id}`, signal, () =>
      this.#options.reconciler.reconcile(connector, signal),
    ).finally(() => this.#attended.delete(id));
    this.#attended.set(id, attending);
  }

  /** A connector that the file names and nobody has made is said once. */
  #noteMissing(found: readonly StoredConnector[]): void {
    const { wanted, log } = this.#options;
    for (const id of wanted.ids) {
      const missing = !found.some((connector) => connector.id === id);
      if (missing && !this.#missed.has(id))
        log.warn("connector is not there: create it in Kibana under this id, or give it a configuration in the file", {
          connector_id: id,
        });
      if (missing) this.#missed.add(id);
      else this.#missed.delete(id);
    }
  }

  /** The connectors as they are now: those that are named are not searched for, since searches are somewhat behind. */
  async #find(signal: AbortSignal): Promise<StoredConnector[]> {
    const { connectors, wanted } = this.#options;
    const named = await Promise.all(wanted.ids.map((id) => connectors.get(id, signal)));
    const alike = await connectors.list({ ids: [], serviceTypes: wanted.serviceTypes }, signal);
    const byId = new Map(alike.map((connector) => [connector.id, connector]));
    for (const connector of named) if (connector) byId.set(connector.id, connector);
    return [...byId.values()];
  }

  async #repeat(
    what: string,
    { everyMs, signal }: { everyMs: number; signal: AbortSignal },
    work: (connectors: readonly StoredConnector[]) => Promise<void>,
  ): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      await this.#attempt(what, signal, async () => work(await this.#find(signal)));
      await clock.sleep(everyMs, signal).catch(() => undefined);
    }
  }

  /** Does the work; what goes wrong is logged, and the next pass tries again. */
  async #attempt(what: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (signal.aborted || error instanceof CanceledError) return;
      this.#options.log.error("the service could not do its work and tries again", {
        what,
        reason: describeError(error),
      });
    }
  }
}
