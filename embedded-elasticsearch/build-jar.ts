import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import type { Jdk } from "./find-jdk.ts";
import { runTool } from "./run-tool.ts";

interface JarSources {
  /** The content of the jar, for error messages: "the embedded node's plugin". */
  readonly what: string;
  /** Folders of Java sources. Missing folders are ignored. */
  readonly sources: readonly string[];
  /** Folders of jars for the class path of the compiler. */
  readonly libraries: readonly string[];
  readonly jdk: Jdk;
  /** The lowest Java version that the jar supports. A home that a newer JDK built then also runs on an older JDK. */
  readonly release: number;
  readonly jar: string;
}

/**
 * Compiles Java sources into a jar. Warnings are errors.
 *
 * @throws StartFailure with the compiler's errors
 */
export async function buildJar(request: JarSources, signal?: AbortSignal): Promise<void> {
  const { what, sources, libraries, jdk, release, jar } = request;
  const classes = `${jar}.classes`;
  const folder = path.dirname(jar);
  const files = (await Promise.all(sources.map(javaFiles))).flat();
  const compiler = {
    command: path.join(jdk.home, "bin", "javac"),
    args: [
      "--release",
      String(release),
      "-Xlint:all,-classfile,-processing,-path",
      "-Werror",
      "-proc:none",
      "-encoding",
      "UTF-8",
      "-classpath",
      libraries.map((library) => path.join(library, "*")).join(path.delimiter),
      "-d",
      classes,
      ...files,
    ],
    folder,
    purpose: `compile ${what}`,
    ifMissing: "Reinstall this JDK.",
    ifFailing: "The Java sources do not match the jars of this version.",
  };
  await runTool(compiler, signal);
  const archiver = {
    command: path.join(jdk.home, "bin", "jar"),
    args: ["--create", "--file", jar, "-C", classes, "."],
    folder,
    purpose: `pack ${what}`,
    ifMissing: "Reinstall this JDK.",
    ifFailing: "Is the disk full?",
  };
  await runTool(archiver, signal);
  await rm(classes, { recursive: true });
}

async function javaFiles(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true });
  return entries
    .filter((entry) => entry.endsWith(".java"))
    .sort()
    .map((entry) => path.join(folder, entry));
}
