import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { issueCertificate } from "./certificate-authority.ts";
import { healthPath, type NodeAccess, type NodeUser } from "./node-access.ts";

/** The user of a secured node: Elasticsearch's own superuser, with a public password. */
export const securedUser: NodeUser = { username: "elastic", password: "changeme" };

/** What a secured node is configured with. */
interface SecuredOptions {
  readonly home: string;
  /** Of this node alone. */
  readonly folder: string;
  /** Installs the pipeline `ent-search-generic-ingestion` of the versions before 8.15 too. */
  readonly genericPipeline: boolean;
}

/** How a secured node is started and spoken to. */
interface SecuredConfiguration {
  readonly configFolder: string;
  /** The file of the authority that signed the node's certificate. */
  readonly caCerts: string;
  readonly access: Required<NodeAccess>;
}

const authorityFile = "http_ca.crt";

/** Writes the configuration folder of a node with security: HTTPS by a certificate made for this start, and a trial licence. */
export async function writeSecuredConfiguration(options: SecuredOptions): Promise<SecuredConfiguration> {
  const { home, folder, genericPipeline } = options;
  const configFolder = path.join(folder, "config");
  await mkdir(configFolder, { recursive: true });
  await cp(path.join(home, "config"), configFolder, { recursive: true });
  const { ca, cert, key } = await issueCertificate("Embedded Elasticsearch");
  const files = {
    "elasticsearch.yml": settings(genericPipeline),
    [authorityFile]: ca,
    "http.crt": cert,
    "http.key": key,
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(path.join(configFolder, name), content, { mode: 0o600 });
  }
  return {
    configFolder,
    caCerts: path.join(configFolder, authorityFile),
    access: { security: { ca, user: securedUser }, readyPaths: readyPaths(genericPipeline) },
  };
}

function settings(genericPipeline: boolean): string {
  const entries = {
    "xpack.security.enabled": true,
    "xpack.security.autoconfiguration.enabled": false,
    "xpack.security.http.ssl.enabled": true,
    "xpack.security.http.ssl.certificate": "http.crt",
    "xpack.security.http.ssl.key": "http.key",
    "xpack.security.transport.ssl.enabled": false,
    // Document-level security is not part of the basic licence; Elastic offers the trial for tests.
    "xpack.license.self_generated.type": "trial",
    "embedded.generic_pipeline": genericPipeline,
  };
  return Object.entries(entries)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join("");
}

/** The node installs its templates and pipelines after it has begun to answer. */
function readyPaths(genericPipeline: boolean): string[] {
  return [
    healthPath,
    ...["elastic-connectors", "elastic-connectors-sync-jobs", "search-acl-filter"].map(
      (template) => `/_index_template/${template}`,
    ),
    "/_ingest/pipeline/search-default-ingestion",
    ...(genericPipeline ? ["/_ingest/pipeline/ent-search-generic-ingestion"] : []),
  ];
}
