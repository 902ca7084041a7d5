import { Client, type ClientOptions, type estypes } from "@elastic/elasticsearch";
import { describe, inject } from "vitest";
import type { NodeSecurity } from "../../embedded-elasticsearch/start-embedded-node.ts";

/** An Elasticsearch with security. */
export interface SecuredNode extends NodeSecurity {
  readonly url: string;
  readonly version: string;
  /** The authority that signed its certificate, in PEM. */
  readonly ca: string;
}

declare module "vitest" {
  interface ProvidedContext {
    /** What the tests with security run on; undefined where its jars cannot be had. */
    securedNode: SecuredNode | undefined;
  }
}

/** Tests that need an Elasticsearch with security; left out where there is none, for which the project's setup gives the reason. */
export const describeSecured = describe.runIf(inject("securedNode") !== undefined);

/** What the tests run on. */
export function securedNode(): SecuredNode {
  const node = inject("securedNode");
  if (node === undefined) throw new Error("There is no Elasticsearch with security here.");
  return node;
}

/** The official client, without its retries; as the superuser unless told otherwise. Close it after use. */
export function securedClient(auth?: ClientOptions["auth"]): Client {
  const { url, ca, username, password } = securedNode();
  return new Client({ node: url, auth: auth ?? { username, password }, tls: { ca }, maxRetries: 0 });
}

/** How a configuration file reaches the node; credentials come beside it. */
export function securedHost(): Record<string, string> {
  const { url, caCerts } = securedNode();
  return { "elasticsearch.host": url, "elasticsearch.ca_certs": caCerts };
}

/** What is asked for with `POST /_security/api_key`. */
export type KeyRequest = estypes.SecurityCreateApiKeyRequest;

/** The request of Kibana's button "Generate API key" on a connector's page. */
export function kibanaKey(index: string): KeyRequest {
  return keyWithRole(`${index}-connector`, {
    cluster: ["monitor", "manage_connector"],
    index: [{ names: [index, `.search-acl-filter-${index}`, ".elastic-connectors*"], privileges: ["all"] }],
  });
}

/** The request in Elastic's documentation of the Salesforce connector. */
export function documentedKey(index: string): KeyRequest {
  return keyWithRole(`${index}-connector-api-key`, {
    cluster: ["monitor", "manage_connector"],
    indices: [
      {
        names: [index, `.search-acl-filter-${index}`, ".elastic-connectors*"],
        privileges: ["all"],
        allow_restricted_indices: false,
      },
    ],
  });
}

/** A key with one role, whose name Kibana and the documentation make of the key's. */
export function keyWithRole(name: string, role: estypes.SecurityRoleDescriptor): KeyRequest {
  return { name, role_descriptors: { [`${name}-role`]: role } };
}

/** An API key as it stands in a configuration file, and its id. */
export interface MadeKey {
  readonly id: string;
  readonly encoded: string;
}

/** Makes an API key. */
export async function makeKey(admin: Client, request: KeyRequest): Promise<MadeKey> {
  // Unless told otherwise, Elasticsearch waits up to a second for the next refresh.
  const { id, encoded } = await admin.security.createApiKey({ refresh: true, ...request });
  return { id, encoded };
}
