import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkPort } from "./check-port.ts";
import { findJdk, type Jdk, type JdkSearch } from "./find-jdk.ts";
import { missingJdk } from "./missing-jdk.ts";
import { NodeProcess } from "./node-process.ts";
import { prepareHome } from "./prepare-home.ts";
import { supportedVersions, type Major } from "./versions.ts";

/** How an embedded node is to run. */
export interface EmbeddedNodeOptions {
  readonly major: Major;
  /** On 127.0.0.1; a free one unless given. */
  readonly port?: number;
  /** Kept at the end and used again at the next start; a temporary folder, removed at the end, unless given. */
  readonly dataDir?: string;
  /** The Java heap; 1024 unless given. The process takes about 400 MB more. */
  readonly heapMb?: number;
  /** Ends the start early, leaving nothing behind. */
  readonly signal?: AbortSignal;
  /** Where the node's jars are kept between starts; `.cache/elasticsearch` of the checkout unless given. */
  readonly cacheFolder?: string;
  /** Where a JDK is looked for; where systems keep them unless given. */
  readonly jdkSearch?: JdkSearch;
}

/** A node that answers. */
interface EmbeddedNode {
  /** As `http://127.0.0.1:9200`. */
  readonly url: string;
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
  const { major, port = 0, heapMb = defaultHeapMb, signal } = options;
  const { version, minimumJdk } = supportedVersions[major];
  const jdk = await findJdk(minimumJdk, options.jdkSearch);
  if (jdk === undefined) throw missingJdk(major);
  // A node takes seconds to find out by itself.
  if (port !== 0) await checkPort(port);
  const { cacheFolder } = options;
  const home = await prepareHome({ major, jdk, ...(cacheFolder && { cacheFolder }), ...(signal && { signal }) });

  const temporary = options.dataDir === undefined;
  const folder = options.dataDir ?? (await mkdtemp(path.join(tmpdir(), "embedded-elasticsearch-")));
  const removeFolder = async (): Promise<void> => {
    if (temporary && existsSync(folder)) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    await mkdir(folder, { recursive: true });
    const node = await NodeProcess.start({ jdk, home, folder: path.resolve(folder), temporary, port, heapMb }, signal);
    const stop = async (): Promise<void> => {
      await node.stop();
      await removeFolder();
    };
    return { url: node.url, version, origin: "embedded", pid: node.pid, jdk, ended: node.ended, stop };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}
