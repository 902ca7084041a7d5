import { dockerAnswers, startInDocker } from "./docker-elasticsearch.ts";
import { findGivenCluster } from "./given-cluster.ts";
import { startEmbeddedNode } from "./start-embedded-node.ts";
import type { Major } from "./versions.ts";

/** These options are ignored if `ELASTICSEARCH_URL` names a cluster. */
interface StartOptions {
  readonly major: Major;
  /** Default: a free port. */
  readonly port?: number;
  /** Persistent data folder. Default: a temporary folder that is deleted after the stop. */
  readonly dataDir?: string;
  /** Java heap. Default: 1024. */
  readonly heapMb?: number;
  /** Aborts the start of an embedded node and cleans up. */
  readonly signal?: AbortSignal;
}

export interface RunningElasticsearch {
  readonly url: string;
  /** As the server reports it: "8.19.0". */
  readonly version: string;
  /** `given`: a cluster that the user runs; `docker`: our container; `embedded`: our child process. */
  readonly origin: "given" | "docker" | "embedded";
  /** The Java process of an embedded node. */
  readonly pid?: number;
  /** Stops the container or process and deletes its data unless `dataDir` was given. Does not touch a given cluster. */
  stop(): Promise<void>;
}

/**
 * Provides a real Elasticsearch. Uses the cluster at `ELASTICSEARCH_URL` if the variable is set, else a container if a Docker engine
 * answers and `ELASTICSEARCH_EMBEDDED` is not `true`, else the embedded node.
 *
 * @throws StartFailure with the failure and its remedy in the message
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
