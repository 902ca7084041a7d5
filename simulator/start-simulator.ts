import type { Server } from "node:http";
import { join } from "node:path";
import { SimulatedClock } from "./clock.ts";
import { Faults } from "./control/faults.ts";
import { recordsOf as recordCount } from "./generator/org-size.ts";
import { createOrgServer, type ServerOptions } from "./http/http-server.ts";
import { SimulatorApp } from "./http/simulator-app.ts";
import { selfSignedCertificate } from "./http/self-signed-certificate.ts";
import { builtInApps, type ClientApp } from "./oauth/client-apps.ts";
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

/** Starts an org on a port of its own; any number of them may run side by side in a process. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const { size = "tiny", seed = "1", host = "127.0.0.1" } = options;
  const records = recordCount(size);
  if (records === undefined) {
    throw new UnknownSizeError(
      `The size "${size}" is not known: give tiny, small, medium, large, or a number from 100 to 5000000.`,
    );
  }
  const schema = createSchema();
  const file = await keptOrg({ records, seed, cacheFolder: options.cacheFolder ?? defaultCacheFolder }, schema);
  const cacheMegabytes = records > 100_000 ? 40 : 16;
  const addresses: Addresses = { url: "", mutualTlsUrl: undefined };
  const org = new Org({
    schema,
    clock: new SimulatedClock(options.now),
    openDatabase: () => openCopy(file, cacheMegabytes),
    instanceUrl: () => addresses.url,
  });
  const faults = new Faults();
  const apps = [...builtInApps, ...(options.apps ?? [])];
  const app = new SimulatorApp({ org, faults, apps, facts: { size, seed, records } });
  const servers = new Servers({ app, org, faults, report: options.report ?? printError }, addresses, host);
  try {
    const port = await servers.start(options);
    const { url, mutualTlsUrl } = addresses;
    const signIn = { clientId: "simulator", clientSecret: "simulator" };
    return { url, mutualTlsUrl, port, certificate: servers.certificate, ...signIn, org, stop: () => servers.stop() };
  } catch (error) {
    await servers.stop();
    throw error;
  }
}

function printError(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}

/** Where the org is reached; known once its servers listen. */
interface Addresses {
  url: string;
  mutualTlsUrl: string | undefined;
}

type OrgParts = Pick<ServerOptions, "app" | "org" | "faults" | "report">;

/** The servers of one org: one port, and on demand a second one for mutual TLS. */
class Servers {
  readonly #parts: OrgParts;
  readonly #addresses: Addresses;
  readonly #host: string;
  readonly #running: Server[] = [];
  certificate: string | undefined;

  constructor(parts: OrgParts, addresses: Addresses, host: string) {
    this.#parts = parts;
    this.#addresses = addresses;
    this.#host = host;
  }

  /** Listens; gives the port. */
  async start({ tls = false, port = 0, mutualTlsPort }: SimulatorOptions): Promise<number> {
    const wanted = tls || mutualTlsPort !== undefined;
    const pair = wanted ? await selfSignedCertificate("simulator", Date.now()) : undefined;
    this.certificate = pair?.cert;
    const main = createOrgServer({
      ...this.#parts,
      origin: () => this.#addresses.url,
      tls: tls && pair !== undefined ? { ...pair, askForCertificate: false } : undefined,
    });
    const taken = await this.#listen(main, port);
    this.#addresses.url = this.#url(tls ? "https" : "http", taken);
    if (mutualTlsPort !== undefined && pair !== undefined) {
      const second = createOrgServer({
        ...this.#parts,
        origin: () => this.#addresses.mutualTlsUrl ?? "",
        tls: { ...pair, askForCertificate: true },
      });
      this.#addresses.mutualTlsUrl = this.#url("https", await this.#listen(second, mutualTlsPort));
    }
    return taken;
  }

  async stop(): Promise<void> {
    for (const server of this.#running) await closed(server);
    this.#parts.org.close();
  }

  async #listen(server: Server, port: number): Promise<number> {
    const taken = await listen(server, { host: this.#host, port });
    this.#running.push(server);
    return taken;
  }

  #url(scheme: string, port: number): string {
    return `${scheme}://${this.#host.includes(":") ? `[${this.#host}]` : this.#host}:${port}`;
  }
}

async function closed(server: Server): Promise<void> {
  const done = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  await done;
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
