import { readFileSync } from "node:fs";
import { Client, HttpConnection, type ClientOptions } from "@elastic/elasticsearch";
import { toError } from "../../core/errors.ts";
import type { Secret } from "../../core/secret.ts";
import { CertificateFileError } from "../errors.ts";

/** How to reach a cluster. */
export interface ElasticsearchConnection {
  host: string;
  apiKey?: Secret | undefined;
  username?: string | undefined;
  password?: Secret | undefined;
  verifyCerts: boolean;
  /** Path of a PEM file. */
  caCerts?: string | undefined;
  headers: Readonly<Record<string, string>>;
  requestTimeoutMs: number;
  /** Connections that may be open at once. */
  maxConnections: number;
}

/** A client of the cluster. Repeating what failed is the caller's part, who knows what may be repeated. */
export function connectElasticsearch(connection: ElasticsearchConnection): Client {
  const options: ClientOptions = {
    node: connection.host,
    maxRetries: 0,
    requestTimeout: connection.requestTimeoutMs,
    // Node's own HTTP client: it takes the body as one piece, and holds less memory than the default one.
    Connection: HttpConnection,
    agent: { keepAlive: true, maxSockets: connection.maxConnections },
    // By these Elasticsearch knows whoever works on connectors, and lets them at its own indices.
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
  // An environment variable that is set to nothing means that there is no key.
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
