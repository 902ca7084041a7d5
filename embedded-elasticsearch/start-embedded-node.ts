import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkPort } from "./check-port.ts";
import { findJdk, type Jdk, type JdkSearch } from "./find-jdk.ts";
import { missingJdk } from "./missing-jdk.ts";
import { NodeProcess, type NodeProcessOptions } from "./node-process.ts";
import { healthPath } from "./node-access.ts";
import { prepareHome } from "./prepare-home.ts";
import { securedUser, writeSecuredConfiguration } from "./secured-configuration.ts";
import { versionOf, type Major } from "./versions.ts";

export interface EmbeddedNodeOptions {
  readonly major: Major;
  /** A port of 127.0.0.1. Default: a free port. */
  readonly port?: number;
  /** Persistent data folder. Default: a temporary folder that is deleted when the node stops. */
  readonly dataDir?: string;
  /** Java heap. Default: 1024. The process needs about 400 MB more. */
  readonly heapMb?: number;
  /** Enables Elasticsearch security, HTTPS and a trial licence. Default: false. */
  readonly secured?: boolean;
  /** Secured nodes only: also installs the pipeline `ent-search-generic-ingestion`, which versions before 8.15 have. */
  readonly genericPipeline?: boolean;
  /** Aborts the start and cleans up. */
  readonly signal?: AbortSignal;
  /** Cache for the node's jars. Default: `EMBEDDED_ELASTICSEARCH_CACHE` in the environment, else `.cache/elasticsearch` in the repository. */
  readonly cacheFolder?: string;
  /** Folders to search for a JDK. Default: the usual folders of each operating system. */
  readonly jdkSearch?: JdkSearch;
}

export interface NodeSecurity {
  /** Path of the CA certificate (PEM). */
  readonly caCerts: string;
  readonly username: string;
  readonly password: string;
}

export interface EmbeddedNode {
  /** For example `http://127.0.0.1:9200`, or `https` for a secured node. */
  readonly url: string;
  readonly security?: NodeSecurity;
  readonly version: string;
  readonly origin: "embedded";
  readonly pid: number;
  readonly jdk: Jdk;
  /** Resolves when the process has exited: with undefined after `stop()`, else with the reason. */
  readonly ended: Promise<string | undefined>;
  /** Stops the node within ten seconds and deletes its temporary data. Idempotent. */
  stop(): Promise<void>;
}

const defaultHeapMb = 1024;

/**
 * Starts the Elasticsearch server as a child process, without Docker. The child exits when this process exits.
 *
 * @throws StartFailure if no JDK is found, the port is in use, the jars cannot be fetched, or the node does not start (with the last lines
 *   of its log)
 */
export async function startEmbeddedNode(options: EmbeddedNodeOptions): Promise<EmbeddedNode> {
  const { major, port = 0, heapMb = defaultHeapMb, secured = false, signal } = options;
  const { version, minimumJdk } = versionOf({ major, secured });
  const jdk = await findJdk(minimumJdk, options.jdkSearch);
  if (jdk === undefined) throw missingJdk({ major, secured });
  // Checked here because a node takes seconds to report a port in use.
  if (port !== 0) await checkPort(port);
  const { cacheFolder } = options;
  const home = await prepareHome({
    major,
    jdk,
    secured,
    ...(cacheFolder && { cacheFolder }),
    ...(signal && { signal }),
  });

  const temporary = options.dataDir === undefined;
  const folder = options.dataDir ?? (await mkdtemp(path.join(tmpdir(), "embedded-elasticsearch-")));
  const removeFolder = async (): Promise<void> => {
    if (temporary && existsSync(folder)) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    await mkdir(folder, { recursive: true });
    const configuration = await configure(options, home, path.resolve(folder));
    const { security } = configuration;
    const process = { jdk, home, folder: path.resolve(folder), temporary, port, heapMb, ...configuration };
    const node = await NodeProcess.start(process, signal);
    const stop = async (): Promise<void> => {
      await node.stop();
      await removeFolder();
    };
    const { url, pid, ended } = node;
    return { url, ...(security && { security }), version, origin: "embedded", pid, jdk, ended, stop };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

interface NodeConfiguration extends Pick<NodeProcessOptions, "configFolder" | "access"> {
  readonly security?: NodeSecurity;
}

async function configure(options: EmbeddedNodeOptions, home: string, folder: string): Promise<NodeConfiguration> {
  const { secured = false, genericPipeline = false } = options;
  if (!secured) return { configFolder: path.join(home, "config"), access: { readyPaths: [healthPath] } };
  const { caCerts, ...configuration } = await writeSecuredConfiguration({ home, folder, genericPipeline });
  return { ...configuration, security: { caCerts, ...securedUser } };
}
