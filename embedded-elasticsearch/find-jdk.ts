import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, realpath } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

/** A Java development kit, which includes a compiler. */
export interface Jdk {
  /** The folder that contains `bin/java` and `bin/javac`. */
  readonly home: string;
  /** As the JDK reports it: "17.0.15", "1.8.0_392". */
  readonly version: string;
  /** 17 of "17.0.15", 8 of "1.8.0_392". */
  readonly major: number;
}

/** Search locations. Tests override the defaults. */
export interface JdkSearch {
  readonly env?: NodeJS.ProcessEnv;
  /** Each subfolder is one JDK. */
  readonly folders?: readonly string[];
}

/** The JVM folders of Debian, Fedora, SUSE, Arch, macOS, Homebrew, SDKMAN, IntelliJ, asdf and mise. */
const usualFolders: readonly string[] = [
  "/usr/lib/jvm",
  "/usr/lib64/jvm",
  "/usr/java",
  "/usr/local/java",
  "/opt",
  "/opt/java",
  "/opt/jdk",
  "/Library/Java/JavaVirtualMachines",
  "/opt/homebrew/opt",
  "/usr/local/opt",
  "/home/linuxbrew/.linuxbrew/opt",
  ...[
    "Library/Java/JavaVirtualMachines",
    ".sdkman/candidates/java",
    ".jdks",
    ".asdf/installs/java",
    ".local/share/mise/installs/java",
  ].map((folder) => path.join(homedir(), folder)),
];

/** Path of the JDK inside an installation folder: the folder itself, a macOS bundle, or a Homebrew keg. */
const insideInstallation = ["", "Contents/Home", "libexec/openjdk.jdk/Contents/Home", "libexec"];

/**
 * Returns the JDK of the lowest sufficient version, so that newer JDKs do not change the choice. Among JDKs of the same version,
 * `JAVA_HOME` and the `PATH` take precedence. If `JAVA_HOME` is too old or invalid, the search continues.
 *
 * @param minimumMajor - the lowest sufficient Java version, for example 17
 * @returns undefined if no JDK is new enough
 */
export async function findJdk(minimumMajor: number, search: JdkSearch = {}): Promise<Jdk | undefined> {
  const found = await findJdks(search);
  return found.filter((jdk) => jdk.major >= minimumMajor).sort((left, right) => left.major - right.major)[0];
}

/** All JDKs without duplicates, in the order of the search. */
export async function findJdks({ env = process.env, folders = usualFolders }: JdkSearch = {}): Promise<Jdk[]> {
  const candidates = [...namedHomes(env), ...(await homesOnPath(env)), ...(await homesInFolders(folders))];
  const homes = new Set<string>();
  for (const candidate of candidates) {
    if (isJdk(candidate)) homes.add(await realpath(candidate));
  }
  const jdks = await Promise.all([...homes].map((home) => describeJdk(home)));
  return jdks.filter((jdk) => jdk !== undefined);
}

/** `JAVA_HOME` and variables such as `JAVA_HOME_17_X64`, which build machines set. */
function namedHomes(env: NodeJS.ProcessEnv): string[] {
  const names = Object.keys(env)
    .filter((name) => name.startsWith("JAVA_HOME"))
    .sort();
  return names.flatMap((name) => env[name] ?? []).filter((home) => home !== "");
}

async function homesOnPath(env: NodeJS.ProcessEnv): Promise<string[]> {
  const compilers = (env["PATH"] ?? "")
    .split(path.delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => path.join(folder, "javac"))
    .filter((file) => existsSync(file));
  return Promise.all(compilers.map(async (file) => path.dirname(path.dirname(await realpath(file)))));
}

async function homesInFolders(folders: readonly string[]): Promise<string[]> {
  const homes = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(folder).catch(() => []);
      return names.sort().flatMap((name) => insideInstallation.map((inner) => path.join(folder, name, inner)));
    }),
  );
  return homes.flat();
}

/** Requires the class library besides the compiler, because a wrapper script named javac is not a JDK. */
function isJdk(home: string): boolean {
  return ["bin/java", "bin/javac", "lib/modules"].every((file) => existsSync(path.join(home, file)));
}

async function describeJdk(home: string): Promise<Jdk | undefined> {
  const version = (await versionInReleaseFile(home)) ?? (await versionByAsking(home));
  const [first = "", second = ""] = version?.split(/[._+-]/) ?? [];
  const major = Number(first === "1" ? second : first);
  return version === undefined || !Number.isInteger(major) || major === 0 ? undefined : { home, version, major };
}

async function versionInReleaseFile(home: string): Promise<string | undefined> {
  const text = await readFile(path.join(home, "release"), "utf8").catch(() => "");
  return /^JAVA_VERSION="([^"]+)"/m.exec(text)?.[1];
}

/** `java -version` writes `openjdk version "17.0.15" 2025-04-15` to standard error. */
async function versionByAsking(home: string): Promise<string | undefined> {
  try {
    const { stderr } = await promisify(execFile)(path.join(home, "bin/java"), ["-version"], { timeout: 10_000 });
    return /version "([^"]+)"/.exec(stderr)?.[1];
  } catch {
    return undefined;
  }
}
