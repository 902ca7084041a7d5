import { readFileSync } from "node:fs";
import { Client, type ClientOptions } from "@elastic/elasticsearch";
import { toError } from "../../core/errors.ts";
import type { Secret } from "../../core/secret.ts";
import { CertificateFileError } from "../errors.ts";
import { BoundedConnection } from "./bounded-connection.ts";
import { ElasticsearchClient, type ElasticsearchClientOptions } from "./elasticsearch-client.ts";

export interface ElasticsearchConnection {
  host: string;
  apiKey?: Secret | undefined;
  username?: string | undefined;
  password?: Secret | undefined;
  verifyCerts: boolean;
  /** The path of a PEM file. */
  caCerts?: string | undefined;
  headers: Readonly<Record<string, string>>;
  requestTimeoutMs: number;
  /** Default: 128 MiB. */
  maxResponseBytes?: number;
  maxConnections: number;
}

const defaultMaxResponseBytes = 134_217_728;

/** Creates the client of a cluster. Connections are opened by its requests. */
export function connectElasticsearch(
  connection: ElasticsearchConnection,
  options: Omit<ElasticsearchClientOptions, "client" | "host" | "requestTimeoutMs">,
): ElasticsearchClient {
  const { host, requestTimeoutMs } = connection;
  return new ElasticsearchClient({ ...options, client: createClient(connection), host, requestTimeoutMs });
}

/** Elastic's client without retries: ElasticsearchClient retries. */
function createClient(connection: ElasticsearchConnection): Client {
  const options: ClientOptions = {
    node: connection.host,
    maxRetries: 0,
    // Errors lose credentials. The default, replacing them, copies the request byte by byte and blocks the process for seconds.
    redaction: { type: "remove" },
    requestTimeout: connection.requestTimeoutMs,
    // Node's own HTTP client sends the body in one piece and needs less memory than the default.
    Connection: BoundedConnection.withLimit(connection.maxResponseBytes ?? defaultMaxResponseBytes),
    agent: { keepAlive: true, maxSockets: connection.maxConnections },
    // Elasticsearch recognizes connectors by these headers and lets them access the connector indices.
    headers: { "user-agent": userAgent(), ...connection.headers, "x-elastic-product-origin": "connectors" },
    tls: {
      rejectUnauthorized: connection.verifyCerts,
      ...(connection.caCerts === undefined ? {} : { ca: readCertificates(connection.caCerts) }),
    },
  };
  const auth = authentication(connection);
  return new Client(auth ? { ...options, auth } : options);
}

function userAgent(): string {
  const text = readFileSync(new URL("../../../package.json", import.meta.url), "utf8");
  return `elastic-connectors-${(JSON.parse(text) as { version: string }).version}/service`;
}

function authentication({ apiKey, username, password }: ElasticsearchConnection): ClientOptions["auth"] {
  // An empty environment variable means that there is no key.
  if (apiKey && apiKey.reveal() !== "") return { apiKey: apiKey.reveal() };
  return username !== undefined && password ? { username, password: password.reveal() } : undefined;
}

function readCertificates(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new CertificateFileError(`The certificates in ${path} cannot be read (${toError(cause).message}).`, {
      cause,
      hint: "Check elasticsearch.ca_certs.",
    });
  }
}
