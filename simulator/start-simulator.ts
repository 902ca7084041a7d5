import type { Server } from "node:http";
import { join } from "node:path";
import { SimulatedClock } from "./clock.ts";
import { Faults } from "./control/faults.ts";
import { recordsOf as recordCount } from "./generator/org-size.ts";
import { createOrgServer } from "./http/http-server.ts";
import { SimulatorApp } from "./http/simulator-app.ts";
import { builtInApps } from "./oauth/client-apps.ts";
import { Org } from "./org.ts";
import { createSchema } from "./schema/schema.ts";
import { keptOrg, openCopy } from "./storage/org-files.ts";

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
  /** Told of mistakes of the simulator itself; standard error unless given. */
  readonly report?: (error: unknown) => void;
}

/** An org that answers. */
export interface RunningSimulator {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The org itself, for tests that look into its tables. */
  readonly org: Org;
  /** Ends it: open connections are cut, the private copy of the data is gone. */
  stop(): Promise<void>;
}

/** A size that is neither a name nor a number within bounds. */
export class UnknownSizeError extends Error {
  override readonly name = "UnknownSizeError";
}

const defaultCacheFolder = join(import.meta.dirname, "..", ".cache", "simulator");

/** Starts an org on a port of its own; any number of them may run side by side in a process. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const size = options.size ?? "tiny";
  const seed = options.seed ?? "1";
  const records = recordCount(size);
  if (records === undefined) {
    throw new UnknownSizeError(
      `The size "${size}" is not known: give tiny, small, medium, large, or a number from 100 to 5000000.`,
    );
  }
  const schema = createSchema();
  const file = await keptOrg({ records, seed, cacheFolder: options.cacheFolder ?? defaultCacheFolder }, schema);
  const cacheMegabytes = records > 100_000 ? 96 : 16;
  let url = "";
  const org = new Org({
    schema,
    clock: new SimulatedClock(options.now),
    openDatabase: () => openCopy(file, cacheMegabytes),
    instanceUrl: () => url,
  });
  const faults = new Faults();
  const app = new SimulatorApp({ org, faults, apps: builtInApps, facts: { size, seed, records } });
  const report =
    options.report ?? ((error) => process.stderr.write(`${String(error instanceof Error ? error.stack : error)}\n`));
  const host = options.host ?? "127.0.0.1";
  const server = createOrgServer({ app, org, faults, origin: () => url, report });
  try {
    const port = await listen(server, { host, port: options.port ?? 0 });
    url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
    return { url, port, clientId: "simulator", clientSecret: "simulator", org, stop: () => stop(server, org) };
  } catch (error) {
    org.close();
    throw error;
  }
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

async function stop(server: Server, org: Org): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  await closed;
  org.close();
}
