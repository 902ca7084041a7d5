import { join } from "node:path";
import { OrgHandler } from "./app/org-handler.ts";
import { OrgServers } from "./app/org-servers.ts";
import { SimulatorApp } from "./app/simulator-app.ts";
import { Faults } from "./control/faults.ts";
import { keptOrg, openCopy } from "./generator/org-cache.ts";
import { recordsOf } from "./generator/org-size.ts";
import { builtInApps, type ClientApp } from "./oauth/client-apps.ts";
import { SimulatedClock } from "./org/clock.ts";
import { Org } from "./org/org.ts";
import { createSchema } from "./schema/schema.ts";

/** How an org is started. */
export interface SimulatorOptions {
  /** tiny, small, medium, large, or a number of records; tiny unless given. */
  readonly size?: string;
  /** The same seed and size give the same org. "1" unless given. */
  readonly seed?: string;
  /** 0 or left out: a free port. */
  readonly port?: number;
  /** Loopback only, unless given. */
  readonly host?: string;
  /** Folder in which generated orgs are kept; `.cache/simulator` of the checkout unless given. */
  readonly cacheFolder?: string;
  /** Real time in milliseconds; the system's clock unless given. */
  readonly now?: () => number;
  /** HTTPS with a certificate made at the start. */
  readonly tls?: boolean;
  /** A second port that asks clients for a certificate (Salesforce's 8443); 0 for a free one, none unless given. Always HTTPS. */
  readonly mutualTlsPort?: number;
  /** More apps to sign in through, for instance one with a certificate for JWT assertions. */
  readonly apps?: readonly ClientApp[];
  /** Told of mistakes of the simulator itself; standard error unless given. */
  readonly report?: (error: unknown) => void;
}

/** An org that answers. */
export interface RunningSimulator {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Where clients are asked for a certificate, if a port for that was wanted. */
  readonly mutualTlsUrl: string | undefined;
  /** The certificate of HTTPS (PEM), for clients that check it. */
  readonly certificate: string | undefined;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The org itself, for tests that look into its tables. */
  readonly org: Org;
  /** Ends it: open connections are cut, the private copy of the data is gone. */
  stop(): Promise<void>;
}

/** A size that is neither a name nor a number within bounds. */
class UnknownSizeError extends Error {
  override readonly name = "UnknownSizeError";
}

const defaultCacheFolder = join(import.meta.dirname, "..", ".cache", "simulator");

/** Starts an org. Any number of orgs can run side by side in a process. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const { size = "tiny", seed = "1", host = "127.0.0.1", report = printError } = options;
  const records = recordsOf(size);
  if (records === undefined) {
    throw new UnknownSizeError(
      `Unknown size "${size}". Use tiny, small, medium, large, or a number from 100 to 5000000.`,
    );
  }
  const schema = createSchema();
  const file = await keptOrg({ records, seed, cacheFolder: options.cacheFolder ?? defaultCacheFolder }, schema);
  const cacheMegabytes = records > 100_000 ? 40 : 16;
  const servers: OrgServers = new OrgServers({ host, report, handle: (received) => handler.handle(received) });
  const org: Org = new Org({
    schema,
    clock: new SimulatedClock(options.now),
    openDatabase: () => openCopy(file, cacheMegabytes),
    instanceUrl: () => servers.url,
  });
  const faults = new Faults();
  const apps = [...builtInApps, ...(options.apps ?? [])];
  const app = new SimulatorApp({ org, faults, apps, facts: { size, seed, records } });
  const handler = new OrgHandler({ app, org, faults, report });
  const stop = async () => {
    await servers.stop();
    org.close();
  };
  try {
    await servers.start({ port: options.port ?? 0, tls: options.tls ?? false, mutualTlsPort: options.mutualTlsPort });
  } catch (error) {
    await stop();
    throw error;
  }
  const { url, mutualTlsUrl, port, certificate } = servers;
  return { url, mutualTlsUrl, port, certificate, clientId: "simulator", clientSecret: "simulator", org, stop };
}

function printError(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}
