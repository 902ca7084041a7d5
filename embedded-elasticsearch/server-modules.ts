import { writeFile } from "node:fs/promises";
import path from "node:path";

/** A plugin that the server loads from `modules/` with a separate class loader. */
export interface ServerModule {
  readonly name: string;
  readonly description: string;
  readonly className: string;
  /** The module whose classes this one can use. */
  readonly extends?: string;
}

const transport: ServerModule = {
  name: "transport-netty4",
  description: "Elasticsearch's HTTP and transport layer",
  className: "org.elasticsearch.transport.netty4.Netty4Plugin",
};

export const embeddedPlugin: ServerModule = {
  name: "embedded-plugin",
  description: "Features that the published jars lack: GET /, text analysis, ingest processors, templates",
  className: "embedded.plugin.EmbeddedPlugin",
};

export const xPackCore: ServerModule = {
  name: "x-pack-core",
  description: "Licences and the base of security",
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
  description: "Built-in templates and pipelines for connectors",
  className: "embedded.security.EmbeddedSecurityPlugin",
  extends: xPackCore.name,
};

export function serverModules({ secured }: { secured: boolean }): readonly ServerModule[] {
  const plain = [transport, embeddedPlugin];
  return secured ? [...plain, xPackCore, xPackSecurity, embeddedSecurity] : plain;
}

/** Writes the file in which the server finds the name and class of a module. */
export async function writeDescriptor(folder: string, module: ServerModule, version: string): Promise<void> {
  const descriptor = {
    name: module.name,
    description: module.description,
    version,
    "elasticsearch.version": version,
    // The server requires this property. The class files of the jars set the real minimum.
    "java.version": "17",
    classname: module.className,
    ...(module.extends && { "extended.plugins": module.extends }),
  };
  const lines = Object.entries(descriptor).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(path.join(folder, "plugin-descriptor.properties"), lines.join(""));
}
