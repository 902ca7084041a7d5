import { dockerAnswers, startInDocker } from "./docker-elasticsearch.ts";
import { findGivenCluster } from "./given-cluster.ts";
import { startEmbeddedNode } from "./start-embedded-node.ts";
import type { Major } from "./versions.ts";

/** What is asked for. A cluster that `ELASTICSEARCH_URL` names is taken as it is, whatever is asked for. */
interface StartOptions {
  readonly major: Major;
  /** A free one unless given. */
  readonly port?: number;
  /** Where the data stays from one start to the next; it is gone after the stop unless given. */
  readonly dataDir?: string;
  /** The Java heap; 1024 unless given. */
  readonly heapMb?: number;
  /** Ends the start of an embedded node early, leaving nothing behind. */
  readonly signal?: AbortSignal;
}

/** An Elasticsearch that answers. */
export interface RunningElasticsearch {
  readonly url: string;
  /** As it says itself, "8.19.0". */
  readonly version: string;
  /** Whose it is: the user's own, a container of ours, a process of ours. */
  readonly origin: "given" | "docker" | "embedded";
  /** Of the Java process, for an embedded node. */
  readonly pid?: number;
  /** Ends what was started and removes its data unless `dataDir` was given. A cluster that was given is left alone. */
  stop(): Promise<void>;
}

/**
 * A real Elasticsearch, by the first way that is open: the cluster that `ELASTICSEARCH_URL` names; a container, where a Docker engine
 * answers and `ELASTICSEARCH_EMBEDDED` is not `true`; the embedded node.
 *
 * @throws StartFailure with a message for the user: what failed and what to do
 */
export async function startElasticsearch(
  options: StartOptions,
  env: NodeJS.ProcessEnv = process.env,
): Promise<RunningElasticsearch> {
  const given = await findGivenCluster(env);
  if (given !== undefined) {
    const { url, version } = given;
    return { url, version, origin: "given", stop: () => Promise.resolve() };
  }
  if (await dockerAnswers(env)) return startInDocker(options);
  return startEmbeddedNode(options);
}
