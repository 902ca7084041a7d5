import { cp, mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { buildJar } from "./build-jar.ts";
import { fetchedJars, fetchJars } from "./fetch-jars.ts";
import type { Jdk } from "./find-jdk.ts";
import { runTool } from "./run-tool.ts";
import {
  embeddedPlugin,
  embeddedSecurity,
  serverModules,
  writeDescriptor,
  xPackCore,
  xPackSecurity,
} from "./server-modules.ts";
import { versionOf, type Major } from "./versions.ts";

interface Assembly {
  /** The folder with `jars` (Maven), `java`, `java-8`, `java-9`, `java-secured`, `tools` and `config`. */
  readonly sources: string;
  /** The home to create. It must not exist yet. */
  readonly folder: string;
  readonly major: Major;
  readonly secured: boolean;
  readonly jdk: Jdk;
}

/** The folder in a home with the jars of the class path. */
export const classPathFolder = "core";

/**
 * Creates a home:
 *
 *     core/                       the class path: the server's jars and our main class
 *     modules/transport-netty4/   the HTTP layer's jars and their descriptor
 *     modules/embedded-plugin/    our plugin, its libraries and their descriptor
 *     config/                     log4j2.properties
 *
 * and, with security, `modules/x-pack-core/`, `modules/x-pack-security/` and `modules/embedded-security/`.
 */
export async function assembleHome(assembly: Assembly, signal?: AbortSignal): Promise<void> {
  const { sources, folder, secured } = assembly;
  const { version } = versionOf(assembly);
  const modules = serverModules({ secured });

  await placeJars(assembly, signal);
  for (const module of modules) {
    await mkdir(moduleFolder(folder, module.name), { recursive: true });
    await writeDescriptor(moduleFolder(folder, module.name), module, version);
  }
  await buildOurJars(assembly, signal);
  if (secured) await buildSecurityJars(assembly, signal);
  await cp(path.join(sources, "config"), path.join(folder, "config"), { recursive: true });
}

function moduleFolder(folder: string, module: string): string {
  return path.join(folder, "modules", module);
}

/** Copies the jars of each Maven module to the server module of the same name. The jars of `server` form the class path. */
async function placeJars(assembly: Assembly, signal?: AbortSignal): Promise<void> {
  const { sources, folder, jdk, secured } = assembly;
  const { version } = versionOf(assembly);
  const fetched = path.join(folder, "fetched");
  await mkdir(path.join(folder, "modules"), { recursive: true });
  await fetchJars({ poms: path.join(sources, "jars"), folder: fetched, version, jdk, secured }, signal);
  await rename(fetchedJars(fetched, "server"), path.join(folder, classPathFolder));
  for (const module of serverModules({ secured })) {
    if (module !== embeddedSecurity) await rename(fetchedJars(fetched, module.name), moduleFolder(folder, module.name));
  }
  await rm(fetched, { recursive: true });
}

async function buildOurJars(assembly: Assembly, signal?: AbortSignal): Promise<void> {
  const { sources, folder, jdk, major } = assembly;
  const release = versionOf(assembly).minimumJdk;
  const core = path.join(folder, classPathFolder);
  const plugin = moduleFolder(folder, embeddedPlugin.name);
  const node = {
    what: "the embedded node",
    sources: [path.join(sources, "java", "embedded", "node")],
    libraries: [core],
    jar: path.join(core, "embedded-node.jar"),
  };
  await buildJar({ ...node, jdk, release }, signal);
  const ours = {
    what: "the embedded node's plugin",
    sources: [path.join(sources, "java", "embedded", "plugin"), path.join(sources, `java-${major}`)],
    libraries: [core, plugin],
    jar: path.join(plugin, `${embeddedPlugin.name}.jar`),
  };
  await buildJar({ ...ours, jdk, release }, signal);
}

async function buildSecurityJars(assembly: Assembly, signal?: AbortSignal): Promise<void> {
  const { sources, folder, jdk } = assembly;
  const release = versionOf(assembly).minimumJdk;
  const [core, security] = [moduleFolder(folder, xPackCore.name), moduleFolder(folder, xPackSecurity.name)];
  const missing = path.join(folder, "missing-types");
  const tool = {
    command: path.join(jdk.home, "bin", "java"),
    args: [path.join(sources, "tools", "WriteMissingTypes.java"), missing, core, security],
    folder,
    purpose: "find the types that Elasticsearch security refers to and no jar contains",
    ifMissing: "Reinstall this JDK.",
    ifFailing: "Is the disk full?",
  };
  await runTool(tool, signal);
  const types = { what: "the types that are missing", sources: [missing], libraries: [] };
  await buildJar({ ...types, jdk, release, jar: path.join(security, "missing-types.jar") }, signal);
  await rm(missing, { recursive: true });
  const ours = moduleFolder(folder, embeddedSecurity.name);
  const plugin = {
    what: "the embedded node's security plugin",
    sources: [path.join(sources, "java-secured")],
    libraries: [path.join(folder, classPathFolder), core],
    jar: path.join(ours, `${embeddedSecurity.name}.jar`),
  };
  await buildJar({ ...plugin, jdk, release }, signal);
}
