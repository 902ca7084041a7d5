import type { Client } from "@elastic/elasticsearch";
import { setTimeout as pause } from "node:timers/promises";
import { startFaultProxy, type Fault, type FaultProxy, type SeenRequest } from "../../support/fault-proxy.ts";
import { Kibana } from "../../support/kibana.ts";
import type { Exchange } from "../../support/proxy-server.ts";
import { StaleAccess } from "../../support/stale-access.ts";
import { isSame, StaleIndex, type Documents, type StaleState } from "../../support/stale-index.ts";
import { endpoints, isRequestTo, type Endpoint, type EndpointName } from "./endpoints.ts";
import { faultKinds, type FaultKind, type FaultName } from "./fault-kinds.ts";
import { Runs, type Outcome } from "./runs.ts";
import { isSecured, type Scenario } from "./scenarios.ts";

export interface LaneOptions {
  prefix: string;
  client: Client;
  elasticsearchUrl: string;
  orgs: { small: string; paged: string };
}

interface ActiveFault {
  endpoint: Endpoint;
  /** False before the request that must come first. */
  isDue: boolean;
  kind: FaultKind;
  left: number;
  fired: number;
  /** A refused connection comes back after this time; else when the fault is lifted. */
  refusedForMs?: number;
}

/** What a row of the table saw. */
export interface RowResult {
  fired: number;
  outcome: Outcome;
  elapsedMs: number;
  /** Documents of existing records that the faulty run deleted. */
  deleted: readonly string[];
  /** Documents after the faulty run that are neither as before nor as they should be. */
  spoiled: readonly string[];
  /** Documents that users find after the faulty run and may not. */
  grants: readonly string[];
  /** Differences from the index that a run without a fault makes: after the faulty run, and after the next one. */
  differences: readonly string[];
  next: { outcome: Outcome; differences: readonly string[] };
}

/** The same length as the real name, because it is replaced in bodies. */
const ownPipeline = "salesforce-connector-ingestion";

const accessState = ".elastic-connectors-state-access";

/** Longer than the time between two heartbeats. */
const slowDownloadMs = 700;

/** Proxies before an org and a cluster, with connectors, indices and a pipeline of its own. */
export class FaultLane {
  readonly #options: LaneOptions;
  readonly #salesforce: FaultProxy;
  readonly #paged: FaultProxy;
  readonly #elasticsearch: FaultProxy;
  readonly #pipeline: string;
  readonly #indices = new Map<Scenario, StaleIndex>();
  readonly #runs: Runs;
  readonly kibana: Kibana;
  #protocolPrefix: string;
  #clusters = 0;
  #race = false;
  #slow = false;
  #active: ActiveFault | undefined;

  private constructor(
    options: LaneOptions,
    proxies: { salesforce: FaultProxy; paged: FaultProxy; elasticsearch: FaultProxy; kibana: Kibana },
  ) {
    this.#options = options;
    this.#salesforce = proxies.salesforce;
    this.#paged = proxies.paged;
    this.#elasticsearch = proxies.elasticsearch;
    this.kibana = proxies.kibana;
    this.#protocolPrefix = options.prefix;
    this.#pipeline = `${options.prefix}pipeline-------------------------`.slice(0, ownPipeline.length);
    for (const proxy of [this.#salesforce, this.#paged, this.#elasticsearch])
      proxy.decide = (request) => this.#faultOf(request);
    this.#salesforce.prepare = (exchange) => this.#slowed(exchange);
    this.#elasticsearch.prepare = (exchange) => this.#renamed(exchange);
    this.#paged.prepare = (exchange) => withSmallPages(exchange);
    this.#runs = new Runs({
      elasticsearchUrl: this.#elasticsearch.url,
      salesforceUrl: (scenario) => (scenario === "pages" ? this.#paged.url : this.#salesforce.url),
      kibana: this.kibana,
    });
  }

  static async open(options: LaneOptions): Promise<FaultLane> {
    const { client, prefix, elasticsearchUrl, orgs } = options;
    const [salesforce, paged, elasticsearch, kibana] = await Promise.all([
      startFaultProxy(orgs.small),
      startFaultProxy(orgs.paged),
      startFaultProxy(elasticsearchUrl),
      Kibana.create({ client, prefix }),
    ]);
    return new FaultLane(options, { salesforce, paged, elasticsearch, kibana });
  }

  /** Every request so far to an org or the cluster, as the product sent it. */
  get seen(): readonly SeenRequest[] {
    return [this.#salesforce, this.#paged, this.#elasticsearch].flatMap(({ seen }) => seen);
  }

  /** Runs a scenario with a fault, and then again without it, or with one that a retry cures. */
  async row(endpointName: EndpointName, faultName: FaultName): Promise<RowResult> {
    const endpoint: Endpoint = endpoints[endpointName];
    const kind: FaultKind = faultKinds[faultName];
    const { scenario } = endpoint;
    const index = await this.#indexOf(scenario);
    const before = await index.makeStale(stateOf(scenario));
    await this.#prepare(scenario);
    const isDue = endpoint.after === undefined;
    const fault: ActiveFault = { endpoint, isDue, kind, left: kind.times ?? endpoint.times ?? Infinity, fired: 0 };
    const started = performance.now();
    const outcome = await this.#run(scenario, index.name, { fault, hurried: isSlow(faultName) });
    const elapsedMs = performance.now() - started;
    const after = await index.documents();
    const isCurrent = outcome.status === "completed";
    const grants = index instanceof StaleAccess ? await index.grants({ isCurrent }) : [];
    const differences = await differencesOf(index, after);
    await this.#lift();
    const { fired } = fault;
    const cured: ActiveFault = {
      endpoint,
      isDue,
      kind,
      left: kind.lasting === true ? 0 : 1,
      fired: 0,
      refusedForMs: 300,
    };
    const next = await this.#run(scenario, index.name, { fault: cured, hurried: isSlow(faultName) });
    await this.#lift();
    const { whole } = index;
    // The requests of hundreds of rows, with their bodies, would fill the memory.
    for (const { seen } of [this.#salesforce, this.#paged, this.#elasticsearch]) seen.length = 0;
    return {
      fired,
      outcome,
      elapsedMs,
      deleted: [...before.keys()].filter((id) => whole.has(id) && !after.has(id)),
      spoiled: spoiled(after, [before, whole]),
      grants,
      differences,
      next: { outcome: next, differences: await differencesOf(index, await index.documents()) },
    };
  }

  /** Runs a scenario without a fault. */
  async clean(scenario: Scenario): Promise<Outcome> {
    const index = await this.#indexOf(scenario);
    await index.makeStale(stateOf(scenario));
    await this.#prepare(scenario);
    return this.#run(scenario, index.name, {});
  }

  async close(): Promise<void> {
    await Promise.all([this.#salesforce.close(), this.#paged.close(), this.#elasticsearch.close()]);
    await this.kibana.remove();
    await this.#options.client.ingest.deletePipeline({ id: this.#pipeline }, { ignore: [404] });
  }

  #run(
    scenario: Scenario,
    index: string,
    { fault, hurried = false }: { fault?: ActiveFault; hurried?: boolean },
  ): Promise<Outcome> {
    const start = (): void => void (this.#active = fault);
    if (scenario !== "service") {
      start();
      return this.#runs.run(scenario, { index, hurried });
    }
    return this.#runs.service(
      { index, hurried },
      {
        start,
        hits: () => fault?.fired ?? 0,
        wanted: fault === undefined ? 0 : Math.min(2, fault.left),
        lift: () => this.#lift(),
      },
    );
  }

  async #lift(): Promise<void> {
    this.#active = undefined;
    await Promise.all([this.#salesforce.accept(), this.#paged.accept(), this.#elasticsearch.accept()]);
  }

  #faultOf(request: SeenRequest): Fault | undefined {
    const active = this.#active;
    if (!active || active.left <= 0) return undefined;
    const { after } = active.endpoint;
    if (after !== undefined) active.isDue ||= isRequestTo({ request: after }, request);
    if (!active.isDue || !isRequestTo(active.endpoint, request)) return undefined;
    active.left--;
    active.fired++;
    const fault = active.kind.of(active.endpoint);
    return fault.kind === "refuse" && active.refusedForMs !== undefined
      ? { ...fault, forMs: active.refusedForMs }
      : fault;
  }

  /** The stale index of a scenario, made by a first sync. */
  async #indexOf(scenario: Scenario): Promise<StaleIndex> {
    const kept = this.#indices.get(scenario);
    if (kept) return kept;
    const { client, prefix } = this.#options;
    const options = { client, name: `${prefix}${scenario}` };
    const index = isSecured(scenario) ? new StaleAccess(options) : new StaleIndex(options);
    await index.fill(async () => {
      const outcome = await this.#runs.run(fillingScenario(scenario), { index: index.name, hurried: false });
      if (outcome.status !== "completed") throw new Error(`The first sync failed: ${JSON.stringify(outcome)}`);
    });
    this.#indices.set(scenario, index);
    return index;
  }

  async #prepare(scenario: Scenario): Promise<void> {
    const { client, prefix } = this.#options;
    this.#race = scenario === "race";
    this.#slow = scenario === "slow";
    this.#protocolPrefix = prefix;
    if (scenario === "cluster" || scenario === "race") this.#protocolPrefix = `${prefix}c${++this.#clusters}-`;
    if (scenario === "secured")
      await client.indices.delete({ index: `${prefix}${accessState}`, ignore_unavailable: true });
    if (scenario === "first") await client.ingest.deletePipeline({ id: this.#pipeline }, { ignore: [404] });
  }

  async #slowed(exchange: Exchange): Promise<Exchange> {
    if (this.#slow && exchange.request.path.endsWith("/VersionData")) await pause(slowDownloadMs);
    return exchange;
  }

  /** Gives indices of connectors and the pipeline names of this lane. */
  async #renamed(exchange: Exchange): Promise<Exchange> {
    const { request } = exchange;
    const path = request.path
      .replaceAll(/([/,]|%2C)\.elastic-connectors/g, `$1${this.#protocolPrefix}.elastic-connectors`)
      .replaceAll(ownPipeline, this.#pipeline);
    if (this.#race && request.method === "PUT" && path.endsWith("-v1"))
      await this.#options.client.indices.create({ index: decodeURIComponent(path.slice(1)) }, { ignore: [400] });
    const body = request.body.includes(ownPipeline)
      ? Buffer.from(request.body.toString("latin1").replaceAll(ownPipeline, this.#pipeline), "latin1")
      : request.body;
    return { ...exchange, request: { ...request, path, body } };
  }
}

/** The faults whose rows wait for the end of a timeout. */
function isSlow(name: FaultName): boolean {
  return name === "no response" || name === "one byte a second";
}

function stateOf(scenario: Scenario): StaleState {
  if (scenario === "first") return "missing";
  if (scenario === "access") return "access";
  return scenario === "unmapped" ? "unmapped" : "older";
}

/** The scenario whose sync fills the index of another one. */
function fillingScenario(scenario: Scenario): Scenario {
  if (scenario === "access") return "secured";
  return ["service", "check", "list"].includes(scenario) ? "sync" : scenario;
}

/** The differences of documents, and of identities if there are some. */
async function differencesOf(index: StaleIndex, documents: Documents): Promise<string[]> {
  const differences = index.differencesTo(documents);
  return index instanceof StaleAccess ? [...differences, ...(await index.identityDifferences())] : differences;
}

/** Salesforce may return fewer records than a client asks for. */
function withSmallPages(exchange: Exchange): Exchange {
  const headers = { ...exchange.request.headers };
  if ("sforce-query-options" in headers) headers["sforce-query-options"] = "batchSize=200";
  return { ...exchange, request: { ...exchange.request, headers } };
}

function spoiled(after: Documents, versions: readonly Documents[]): string[] {
  return [...after].flatMap(([id, document]) => {
    const isKnown = versions.some((version) => isSame(version.get(id) ?? {}, document));
    return isKnown ? [] : [id];
  });
}
