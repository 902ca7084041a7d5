import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { issueCertificate } from "./certificate-authority.ts";
import { healthPath, type NodeAccess, type NodeUser } from "./node-access.ts";

/** The built-in superuser of a secured node. Its password is public. */
export const securedUser: NodeUser = { username: "elastic", password: "changeme" };

interface SecuredOptions {
  readonly home: string;
  /** Not shared with other nodes. */
  readonly folder: string;
  /** Also installs the pipeline `ent-search-generic-ingestion`, which versions before 8.15 have. */
  readonly genericPipeline: boolean;
}

interface SecuredConfiguration {
  readonly configFolder: string;
  /** Path of the CA certificate (PEM). */
  readonly caCerts: string;
  readonly access: Required<NodeAccess>;
}

const authorityFile = "http_ca.crt";

/** Writes the configuration of a secured node: HTTPS with a new certificate, and a trial licence. */
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
    // The basic licence lacks document-level security; Elastic offers the trial licence for tests.
    "xpack.license.self_generated.type": "trial",
    "embedded.generic_pipeline": genericPipeline,
  };
  return Object.entries(entries)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join("");
}

/** The node installs templates and pipelines after it starts to answer, so readiness includes them. */
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
