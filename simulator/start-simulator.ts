import { join } from "node:path";
import { OrgHandler } from "./app/org-handler.ts";
import { OrgServers } from "./app/org-servers.ts";
import { SimulatorApp } from "./app/simulator-app.ts";
import { Faults } from "./control/faults.ts";
import { ageRecords } from "./generator/age-records.ts";
import { cachedOrg, openCopy } from "./generator/org-cache.ts";
import { recordCount } from "./generator/org-size.ts";
import { builtInApps, type ClientApp } from "./oauth/client-apps.ts";
import { SimulatedClock } from "./org/clock.ts";
import { Org } from "./org/org.ts";
import type { ObjectDefinition } from "./schema/object-definition.ts";
import { recordId } from "./schema/record-id.ts";
import { createSchema, type Schema } from "./schema/schema.ts";
import type { OrgDatabase } from "./storage/org-database.ts";
import { createObjectTable } from "./storage/tables.ts";

export interface SimulatorOptions {
  /** `tiny` (default), `small`, `medium`, `large`, or a number of records. */
  readonly size?: string;
  /** The same seed and size give the same org. Default: "1". */
  readonly seed?: string;
  /** Default: 0, a free port. */
  readonly port?: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Folder for generated orgs. Default: `.cache/simulator` in the repository. */
  readonly cacheFolder?: string;
  /** Real time in milliseconds. Default: `Date.now`. */
  readonly now?: () => number;
  /** Uses HTTPS with a new self-signed certificate. Default: false. */
  readonly tls?: boolean;
  /** A second port, with HTTPS, that asks clients for a certificate (8443 in Salesforce). 0 is a free port. Default: none. */
  readonly mutualTlsPort?: number;
  /** Additional apps, for example one with a certificate for JWT assertions. */
  readonly apps?: readonly ClientApp[];
  /** Additional custom objects. */
  readonly objects?: readonly ObjectDefinition[];
  /** Called with bugs of the simulator. Default: writes them to standard error. */
  readonly report?: (error: unknown) => void;
}

export interface RunningSimulator {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** The URL of the second port, if there is one. */
  readonly mutualTlsUrl: string | undefined;
  /** The certificate of HTTPS (PEM). */
  readonly certificate: string | undefined;
  readonly clientId: string;
  readonly clientSecret: string;
  /** For tests that read the tables. */
  readonly org: Org;
  /** Closes all connections and deletes the data. */
  stop(): Promise<void>;
}

/** Smaller orgs keep their generated timestamps, so they do not depend on the start time. */
const smallestWithRecentDays = recordCount("small");

const defaultCacheFolder = join(import.meta.dirname, "..", ".cache", "simulator");

/** Starts an org. A process can run any number of orgs. Throws an UnknownSizeError for an unknown size. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const { size = "tiny", seed = "1", host = "127.0.0.1", report = printError } = options;
  const records = recordCount(size);
  const { objects = [] } = options;
  const schema = createSchema(objects);
  const file = await cachedOrg(
    { records, seed, cacheFolder: options.cacheFolder ?? defaultCacheFolder },
    createSchema(),
  );
  const cacheMegabytes = records > 100_000 ? 40 : 16;
  const servers: OrgServers = new OrgServers({ host, report, handle: (received) => handler.handle(received) });
  const org: Org = new Org({
    schema,
    clock: new SimulatedClock(options.now),
    openDatabase: () => {
      const database = openCopy(file, cacheMegabytes);
      addObjects(database, schema, objects);
      if (records >= smallestWithRecentDays) ageRecords(database, options.now?.() ?? Date.now());
      return database;
    },
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

function addObjects(database: OrgDatabase, schema: Schema, objects: readonly ObjectDefinition[]): void {
  for (const { name, label, prefix, internalSharing, externalSharing } of objects) {
    for (const statement of createObjectTable(schema.get(name))) database.exec(statement);
    database.run(
      `INSERT INTO "EntityDefinition" ("Id", "DurableId", "QualifiedApiName", "Label", "KeyPrefix", "IsQueryable", "InternalSharingModel", "ExternalSharingModel") VALUES (?, ?, ?, ?, ?, 1, ?, ?)`,
      [
        recordId("4ie", 5000 + schema.objects.indexOf(schema.get(name))),
        name,
        name,
        label,
        prefix,
        internalSharing,
        externalSharing,
      ],
    );
  }
}

function printError(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}
