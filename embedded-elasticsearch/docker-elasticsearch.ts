import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { request, type RequestOptions } from "node:http";
import { homedir } from "node:os";
import path from "node:path";
import { messageOf, StartFailure } from "./start-failure.ts";
import { supportedVersions, type Major } from "./versions.ts";

/** The options have the same meaning as for the embedded node. */
interface DockerOptions {
  readonly major: Major;
  readonly port?: number;
  readonly dataDir?: string;
  readonly heapMb?: number;
}

interface DockerElasticsearch {
  readonly url: string;
  readonly version: string;
  readonly origin: "docker";
  stop(): Promise<void>;
}

const pingTimeoutMs = 1_000;
const httpPort = 9200;

/**
 * Tells if a Docker engine answers within a second. Returns false if `ELASTICSEARCH_EMBEDDED` is `true`.
 *
 * testcontainers could check this too, but it takes longer and logs a warning if there is no engine.
 */
export async function dockerAnswers(env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  if (env["ELASTICSEARCH_EMBEDDED"] === "true") return false;
  const engine = engineAddress(env);
  return engine !== undefined && ping(engine);
}

function engineAddress(env: NodeJS.ProcessEnv): RequestOptions | undefined {
  const host = env["DOCKER_HOST"];
  if (host?.startsWith("unix://")) return { socketPath: host.slice("unix://".length) };
  if (host !== undefined && URL.canParse(host)) {
    const { hostname, port } = new URL(host);
    return { host: hostname, port: port === "" ? 2375 : Number(port) };
  }
  const sockets = [
    "/var/run/docker.sock",
    path.join(env["XDG_RUNTIME_DIR"] ?? homedir(), "docker.sock"),
    path.join(homedir(), ".docker/run/docker.sock"),
  ];
  const socketPath = sockets.find((socket) => existsSync(socket));
  return socketPath === undefined ? undefined : { socketPath };
}

/** Any response proves that an engine is running: an engine that requires TLS answers a plain request with an error. */
function ping(engine: RequestOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const asking = request({ ...engine, path: "/_ping", signal: AbortSignal.timeout(pingTimeoutMs) }, (response) => {
      response.resume();
      resolve(true);
    });
    asking.once("error", () => resolve(false));
    asking.end();
  });
}

/**
 * Starts the official image in a container, with security disabled as in the embedded node.
 *
 * Our builds do not run this function, because they have no Docker engine. testcontainers is imported lazily, because only this function
 * needs it.
 */
export async function startInDocker(options: DockerOptions): Promise<DockerElasticsearch> {
  const { major, port, dataDir, heapMb = 1024 } = options;
  const { version } = supportedVersions[major];
  try {
    const { ElasticsearchContainer } = await import("@testcontainers/elasticsearch");
    const container = new ElasticsearchContainer(`elasticsearch:${version}`).withEnvironment({
      "xpack.security.enabled": "false",
      "cluster.routing.allocation.disk.threshold_enabled": "false",
      "ingest.geoip.downloader.enabled": "false",
      "xpack.ml.enabled": "false",
      ES_JAVA_OPTS: `-Xms${Math.min(heapMb, 256)}m -Xmx${heapMb}m`,
    });
    if (port) container.withExposedPorts({ container: httpPort, host: port });
    if (dataDir !== undefined) {
      // The container runs as another user, who must be able to write here.
      await mkdir(dataDir, { recursive: true, mode: 0o777 });
      container.withBindMounts([{ source: path.resolve(dataDir), target: "/usr/share/elasticsearch/data" }]);
    }
    const started = await container.start();
    const stop = async (): Promise<void> => {
      await started.stop();
    };
    return { url: started.getHttpUrl(), version, origin: "docker", stop };
  } catch (error) {
    throw new StartFailure(
      `Elasticsearch ${version} did not start in Docker: ${messageOf(error)}. Set ELASTICSEARCH_EMBEDDED=true to run without Docker.`,
      { cause: error },
    );
  }
}
