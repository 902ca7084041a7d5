import { cp, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Jdk } from "./find-jdk.ts";
import { runTool } from "./run-tool.ts";
import { supportedVersions, type Major } from "./versions.ts";

/** What a home is made of. */
interface Assembly {
  /** The folder with `jars` (Maven), `java`, `java-8`, `java-9` and `config`. */
  readonly sources: string;
  /** The home to make; it does not exist yet. */
  readonly folder: string;
  readonly version: string;
  readonly major: Major;
  readonly jdk: Jdk;
}

/** A plugin that the server loads from `modules/`, each with a class loader of its own. */
interface Module {
  readonly name: string;
  readonly description: string;
  readonly className: string;
}

const transport: Module = {
  name: "transport-netty4",
  description: "Elasticsearch's HTTP and transport layer",
  className: "org.elasticsearch.transport.netty4.Netty4Plugin",
};

const embedded: Module = {
  name: "embedded-plugin",
  description: "What the published jars lack: greeting, text analysis, ingest processors",
  className: "embedded.plugin.EmbeddedPlugin",
};

/** The jars of the class path, in a home. */
export const classPathFolder = "core";

/**
 * Makes a home:
 *
 *     core/                       the class path: the server's jars and our main class
 *     modules/transport-netty4/   the HTTP layer's jars and their descriptor
 *     modules/embedded-plugin/    our plugin, Tika's jars and their descriptor
 *     config/                     log4j2.properties
 */
export async function assembleHome(assembly: Assembly, signal?: AbortSignal): Promise<void> {
  const { sources, folder, version } = assembly;
  const core = path.join(folder, classPathFolder);
  const transportFolder = path.join(folder, "modules", transport.name);
  const embeddedFolder = path.join(folder, "modules", embedded.name);

  const fetched = await fetchJars(assembly, signal);
  await mkdir(path.join(folder, "modules"), { recursive: true });
  await rename(path.join(fetched, "server", "jars"), core);
  await rename(path.join(fetched, "transport", "jars"), transportFolder);
  await rename(path.join(fetched, "attachment", "jars"), embeddedFolder);
  await rm(fetched, { recursive: true });

  await compile(assembly, [core, embeddedFolder], signal);
  const classes = path.join(folder, "classes");
  await archive(assembly, { classes, content: "embedded/node", jar: path.join(core, "embedded-node.jar") });
  await archive(assembly, {
    classes,
    content: "embedded/plugin",
    jar: path.join(embeddedFolder, `${embedded.name}.jar`),
  });
  await rm(classes, { recursive: true });

  await writeDescriptor(transportFolder, transport, version);
  await writeDescriptor(embeddedFolder, embedded, version);
  await cp(path.join(sources, "config"), path.join(folder, "config"), { recursive: true });
}

/** @returns the folder with a subfolder for each of Maven's modules, whose `jars` were fetched */
async function fetchJars({ sources, folder, version, jdk }: Assembly, signal?: AbortSignal): Promise<string> {
  const fetched = path.join(folder, "fetched");
  await cp(path.join(sources, "jars"), fetched, { recursive: true });
  const tool = {
    command: "mvn",
    args: [
      "--batch-mode",
      "--quiet",
      // A jar that does not match its published checksum is an error, not a warning.
      "--strict-checksums",
      // What was missing at the last try is asked for again.
      "--update-snapshots",
      "-Dstyle.color=never",
      `-Delasticsearch.version=${version}`,
      "-DincludeScope=runtime",
      "-DoutputDirectory=jars",
      // By its full name: otherwise Maven asks the network which plugin is meant, and its errors speak of that.
      "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies",
    ],
    folder: fetched,
    env: { ...process.env, JAVA_HOME: jdk.home },
    purpose: `fetch the jars of Elasticsearch ${version}`,
    ifMissing: "Install Maven (Debian: apt-get install maven; macOS: brew install maven) or set ELASTICSEARCH_URL.",
    ifFailing: "Check the network and Maven's settings, then try again.",
  };
  await runTool(tool, signal);
  return fetched;
}

async function compile(assembly: Assembly, libraries: readonly string[], signal?: AbortSignal): Promise<void> {
  const { sources, folder, jdk, major } = assembly;
  const files = [
    ...(await javaFiles(path.join(sources, "java"))),
    ...(await javaFiles(path.join(sources, `java-${major}`))),
  ];
  const tool = {
    command: path.join(jdk.home, "bin", "javac"),
    args: [
      // The lowest Java of this version, so that a home made by a newer JDK runs on an older one.
      "--release",
      String(supportedVersions[major].minimumJdk),
      "-Xlint:all,-classfile,-processing,-path",
      "-Werror",
      "-proc:none",
      "-encoding",
      "UTF-8",
      "-classpath",
      libraries.map((library) => path.join(library, "*")).join(path.delimiter),
      "-d",
      path.join(folder, "classes"),
      ...files,
    ],
    folder,
    purpose: "compile the embedded node's plugin",
    ifMissing: "Reinstall this JDK.",
    ifFailing: "Its sources and these jars do not fit together.",
  };
  await runTool(tool, signal);
}

async function javaFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true });
  return entries
    .filter((entry) => entry.endsWith(".java"))
    .sort()
    .map((entry) => path.join(folder, entry));
}

async function archive(
  { jdk, folder }: Assembly,
  { classes, content, jar }: { classes: string; content: string; jar: string },
): Promise<void> {
  await runTool({
    command: path.join(jdk.home, "bin", "jar"),
    args: ["--create", "--file", jar, "-C", classes, content],
    folder,
    purpose: "pack the embedded node's plugin",
    ifMissing: "Reinstall this JDK.",
    ifFailing: "Is the disk full?",
  });
}

async function writeDescriptor(folder: string, module: Module, version: string): Promise<void> {
  const descriptor = {
    name: module.name,
    description: module.description,
    version,
    "elasticsearch.version": version,
    // The server checks this against the Java that it runs on; the jars themselves are the real bound.
    "java.version": "17",
    classname: module.className,
  };
  const lines = Object.entries(descriptor).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(path.join(folder, "plugin-descriptor.properties"), lines.join(""));
}
