import { writeFile } from "node:fs/promises";
import path from "node:path";

/** A plugin that the server loads from `modules/`, each with a class loader of its own. */
export interface ServerModule {
  readonly name: string;
  readonly description: string;
  readonly className: string;
  /** Another module, whose classes this one sees. */
  readonly extends?: string;
}

const transport: ServerModule = {
  name: "transport-netty4",
  description: "Elasticsearch's HTTP and transport layer",
  className: "org.elasticsearch.transport.netty4.Netty4Plugin",
};

export const embeddedPlugin: ServerModule = {
  name: "embedded-plugin",
  description: "What the published jars lack: greeting, text analysis, ingest processors, templates",
  className: "embedded.plugin.EmbeddedPlugin",
};

export const xPackCore: ServerModule = {
  name: "x-pack-core",
  description: "Elasticsearch's licences, and the ground of its security",
  className: "org.elasticsearch.xpack.core.XPackPlugin",
};

export const xPackSecurity: ServerModule = {
  name: "x-pack-security",
  description: "Elasticsearch's security",
  className: "org.elasticsearch.xpack.security.Security",
  extends: xPackCore.name,
};

export const embeddedSecurity: ServerModule = {
  name: "embedded-security",
  description: "The cluster's own templates and pipelines for connectors",
  className: "embedded.security.EmbeddedSecurityPlugin",
  extends: xPackCore.name,
};

/** The modules of a home. */
export function serverModules({ secured }: { secured: boolean }): readonly ServerModule[] {
  const plain = [transport, embeddedPlugin];
  return secured ? [...plain, xPackCore, xPackSecurity, embeddedSecurity] : plain;
}

/** Writes what the server reads about a module. */
export async function writeDescriptor(folder: string, module: ServerModule, version: string): Promise<void> {
  const descriptor = {
    name: module.name,
    description: module.description,
    version,
    "elasticsearch.version": version,
    // The server checks this against the Java that it runs on; the jars themselves are the real bound.
    "java.version": "17",
    classname: module.className,
    ...(module.extends && { "extended.plugins": module.extends }),
  };
  const lines = Object.entries(descriptor).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(path.join(folder, "plugin-descriptor.properties"), lines.join(""));
}
