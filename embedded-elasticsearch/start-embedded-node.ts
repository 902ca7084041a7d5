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

/** How an embedded node is to run. */
export interface EmbeddedNodeOptions {
  readonly major: Major;
  /** On 127.0.0.1; a free one unless given. */
  readonly port?: number;
  /** Kept at the end and used again at the next start; a temporary folder, removed at the end, unless given. */
  readonly dataDir?: string;
  /** The Java heap; 1024 unless given. The process takes about 400 MB more. */
  readonly heapMb?: number;
  /** With Elasticsearch's own security, over HTTPS, on a trial licence; without it unless given. */
  readonly secured?: boolean;
  /** Of a secured node: has the pipeline `ent-search-generic-ingestion` of the versions before 8.15 too. */
  readonly genericPipeline?: boolean;
  /** Ends the start early, leaving nothing behind. */
  readonly signal?: AbortSignal;
  /** Where the node's jars are kept between starts; `.cache/elasticsearch` of the checkout unless given. */
  readonly cacheFolder?: string;
  /** Where a JDK is looked for; where systems keep them unless given. */
  readonly jdkSearch?: JdkSearch;
}

/** How a secured node is spoken to. */
export interface NodeSecurity {
  /** The file with the authority that signed the node's certificate. */
  readonly caCerts: string;
  readonly username: string;
  readonly password: string;
}

/** A node that answers. */
export interface EmbeddedNode {
  /** As `http://127.0.0.1:9200`; `https` for a secured one. */
  readonly url: string;
  readonly security?: NodeSecurity;
  readonly version: string;
  readonly origin: "embedded";
  readonly pid: number;
  readonly jdk: Jdk;
  /** Settles when the process is gone, however it ended: with undefined after `stop()`, else with what happened. */
  readonly ended: Promise<string | undefined>;
  /** Ends the node, within ten seconds at most, and removes its temporary data. May be called twice. */
  stop(): Promise<void>;
}

const defaultHeapMb = 1024;

/**
 * Starts Elasticsearch's own server, without Docker, as a child process that ends with this one.
 *
 * @throws StartFailure when there is no JDK, a port is taken, the jars cannot be fetched, or the node does not come up (with the last
 *   lines of its log)
 */
export async function startEmbeddedNode(options: EmbeddedNodeOptions): Promise<EmbeddedNode> {
  const { major, port = 0, heapMb = defaultHeapMb, secured = false, signal } = options;
  const { version, minimumJdk } = versionOf({ major, secured });
  const jdk = await findJdk(minimumJdk, options.jdkSearch);
  if (jdk === undefined) throw missingJdk({ major, secured });
  // A node takes seconds to find out by itself.
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
