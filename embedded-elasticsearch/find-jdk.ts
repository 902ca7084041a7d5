import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, realpath } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

/** A Java development kit (with a compiler) on this machine. */
export interface Jdk {
  /** Its folder: `bin/java` and `bin/javac` are in it. */
  readonly home: string;
  /** As the JDK itself states it: "17.0.15", "1.8.0_392". */
  readonly version: string;
  /** 17 of "17.0.15", 8 of "1.8.0_392". */
  readonly major: number;
}

/** Where to look; the defaults are this machine's. Tests name folders of their own. */
export interface JdkSearch {
  readonly env?: NodeJS.ProcessEnv;
  /** Folders that hold JDKs, one a subfolder. */
  readonly folders?: readonly string[];
}

/** Where Debian, Fedora, SUSE, Arch, macOS, Homebrew, SDKMAN, IntelliJ, asdf and mise keep their JVMs. */
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

/** From an installation's folder to the JDK in it: itself, macOS bundles, Homebrew's kegs. */
const insideInstallation = ["", "Contents/Home", "libexec/openjdk.jdk/Contents/Home", "libexec"];

/**
 * The JDK of the lowest sufficient version, so that the same one is taken whatever else is installed. Of several of one version, the
 * one that `JAVA_HOME` or the `PATH` names comes first. `JAVA_HOME` may be too old, or wrong: then the others are searched all the same.
 *
 * @param minimumMajor - the lowest Java version that will do, as 17
 * @returns undefined when no JDK here is new enough
 */
export async function findJdk(minimumMajor: number, search: JdkSearch = {}): Promise<Jdk | undefined> {
  const found = await findJdks(search);
  return found.filter((jdk) => jdk.major >= minimumMajor).sort((left, right) => left.major - right.major)[0];
}

/** Every JDK of this machine once, in the order of the search. */
export async function findJdks({ env = process.env, folders = usualFolders }: JdkSearch = {}): Promise<Jdk[]> {
  const candidates = [...namedHomes(env), ...(await homesOnPath(env)), ...(await homesInFolders(folders))];
  const homes = new Set<string>();
  for (const candidate of candidates) {
    if (isJdk(candidate)) homes.add(await realpath(candidate));
  }
  const jdks = await Promise.all([...homes].map((home) => describeJdk(home)));
  return jdks.filter((jdk) => jdk !== undefined);
}

/** `JAVA_HOME`, and the `JAVA_HOME_17_X64`-like names that build machines set. */
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

/** A compiler, and the class library that every JDK since 9 keeps there: a wrapper script named javac is not a JDK. */
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
