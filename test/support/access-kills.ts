import { expect } from "vitest";
import { Random } from "../../simulator/core/random.ts";
import { caseObjects } from "../contract/simulator/sharing/case-objects.ts";
import { RestClient } from "../contract/simulator/rest-client.ts";
import { AccessWorld, customObjects, detailObjects, standardObjects, type AccessDifferences } from "./access-world.ts";
import { CrossedChange } from "./crossed-change.ts";
import { startFaultProxy, type Fault, type FaultProxy, type SeenRequest } from "./fault-proxy.ts";
import { permitDetails } from "./random-access.ts";
import { RandomChanges } from "./random-changes.ts";
import type { ServiceProcess } from "./service-process.ts";
import { ServiceWorld } from "./service-world.ts";

/** While identities lose what they must no longer find, while documents are written, and while identities get what is new. */
export const stages = ["narrowing", "documents", "completing"] as const;
type Stage = (typeof stages)[number];

/** A moment of a sync: the bulk request of this number, from 1, in a stage. The killed service has sent it; it may be lost. */
export interface Moment {
  readonly type: "full" | "access_control";
  readonly stage: Stage;
  readonly request: number;
  readonly isLost: boolean;
}

const connector = "secured";
const index = `search-${connector}`;
/** A minute without a heartbeat takes three seconds. */
const factor = 20;
const changesEach = 30;

type Pairs = ReadonlyMap<string, ReadonlySet<string>>;

/** A service with document-level security that is killed in the middle of syncs, and what users find then. */
export class AccessKills implements AsyncDisposable {
  readonly #services: ServiceWorld;
  readonly #proxy: FaultProxy;
  readonly #world: AccessWorld;
  readonly #changes: RandomChanges;
  readonly #crossed: CrossedChange;
  #service: ServiceProcess | undefined;

  private constructor(
    services: ServiceWorld,
    proxy: FaultProxy,
    { world, changes, crossed }: { world: AccessWorld; changes: RandomChanges; crossed: CrossedChange },
  ) {
    this.#services = services;
    this.#proxy = proxy;
    this.#world = world;
    this.#changes = changes;
    this.#crossed = crossed;
  }

  static async open(seed: string): Promise<AccessKills> {
    const services = await ServiceWorld.open({
      connectors: { [connector]: standardObjects.join(", ") },
      size: "600",
      objects: caseObjects,
      // Many requests, so that there are many moments between two of them.
      settings: { "elasticsearch.bulk.chunk_size": 5, "elasticsearch.bulk.max_concurrency": 1 },
      salesforce: { objects_with_hierarchies: [...customObjects, ...detailObjects] },
      configuration: {
        client_id: "simulator-admin",
        client_secret: "simulator-admin",
        use_document_level_security: true,
        sync_custom_objects: true,
        custom_objects_to_sync: "*",
      },
    });
    const { simulator, client, elasticsearchUrl } = services;
    await permitDetails(await RestClient.signIn(simulator, "simulator-admin"));
    const proxy = await startFaultProxy(elasticsearchUrl);
    const world = new AccessWorld({ simulator, client, elasticsearchUrl, index });
    const changes = await RandomChanges.open(simulator, seed);
    const kills = new AccessKills(services, proxy, { world, changes, crossed: await CrossedChange.open(simulator) });
    await kills.#start();
    await services.connected(connector);
    await services.sync(connector);
    await kills.#crossed.prepare((await world.compare()).seen);
    await services.sync(connector, "access_control");
    return kills;
  }

  /**
   * Changes access at random, kills the service at a moment of a sync, compares, starts the service again and waits until a sync has ended.
   * False if the sync had no such moment.
   */
  async killAt(moment: Moment): Promise<boolean> {
    const { kibana } = this.#services;
    const before = await this.#world.compare();
    expect(before).toMatchObject({ grants: [], denials: [] });
    await this.#crossed.make();
    for (let change = 0; change < changesEach; change += 1) await this.#changes.one();
    await this.#crossed.prepare(before.seen);
    const killed = this.#killAt(moment);
    const job = await kibana.startSync(connector, moment.type);
    const isKilled = await Promise.race([killed, this.#services.ended(job).then(() => false)]);
    this.#proxy.decide = () => undefined;
    if (isKilled) {
      expect(this.#service?.isRunning).toBe(false);
      const between = await this.#world.compare();
      expect(beyond(between, [before.seen, between.seen])).toEqual([]);
      await this.#start();
    }
    const ended = await this.#services.ended(job);
    expect(ended).toMatchObject({ status: "completed", error: null });
    expect(await this.#world.compare()).toMatchObject({ grants: [], denials: [] });
    return isKilled;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#service?.[Symbol.asyncDispose]();
    await this.#proxy.close();
    await this.#services[Symbol.asyncDispose]();
  }

  async #start(): Promise<void> {
    await this.#service?.[Symbol.asyncDispose]();
    this.#service = await this.#services.start("service", { factor, elasticsearchUrl: this.#proxy.url });
  }

  /** Kills the service when the moment comes. */
  async #killAt({ stage, request: wanted, isLost }: Moment): Promise<true> {
    const service = this.#service;
    const stageOf = stageReader();
    let seen = 0;
    await new Promise<void>((resolve) => {
      this.#proxy.decide = (request): Fault | undefined => {
        if (stageOf(request) !== stage || ++seen !== wanted) return undefined;
        // The signal is sent before the request goes on.
        void service?.kill().then(() => resolve());
        return isLost ? { kind: "cut" } : undefined;
      };
    });
    return true;
  }
}

/** Tells the stages of one sync from its bulk requests. */
function stageReader(): (request: SeenRequest) => Stage | undefined {
  let hasDocuments = false;
  return ({ path }) => {
    if (path.startsWith(`/${index}/_bulk`)) {
      hasDocuments = true;
      return "documents";
    }
    if (!path.startsWith(`/.search-acl-filter-${index}/_bulk`)) return undefined;
    return hasDocuments ? "completing" : "narrowing";
  };
}

/** The pairs of a user and a document that is found and that none of the states allows. */
function beyond({ found }: AccessDifferences, allowed: readonly Pairs[]): string[] {
  return [...found].flatMap(([user, ids]) =>
    [...ids].filter((id) => !allowed.some((pairs) => pairs.get(user)?.has(id))).map((id) => `${user} finds ${id}`),
  );
}

/** Moments at random. */
export function* randomMoments(seed: string): Generator<Moment, never> {
  const random = new Random(seed);
  for (;;) {
    yield {
      type: random.pick(["full", "access_control"] as const),
      stage: random.pick(stages),
      request: 1 + random.below(8),
      isLost: random.chance(0.5),
    };
  }
}
