import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findJdk, findJdks } from "./find-jdk.ts";

let root: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(path.join(tmpdir(), "find-jdk-")));
});

afterEach(() => rm(root, { recursive: true }));

/** Creates a folder that looks like a JDK. Its version is in the `release` file, in the output of `java`, or in neither. */
async function makeJdk(name: string, tells: { release?: string; java?: string }): Promise<string> {
  const home = path.join(root, name);
  await mkdir(path.join(home, "bin"), { recursive: true });
  await mkdir(path.join(home, "lib"));
  await writeFile(path.join(home, "lib/modules"), "");
  await writeFile(path.join(home, "bin/javac"), "");
  const answer = tells.java === undefined ? "exit 1" : `echo 'openjdk version "${tells.java}" 2024-10-15' >&2`;
  await writeFile(path.join(home, "bin/java"), `#!/bin/sh\n${answer}\n`);
  await chmod(path.join(home, "bin/java"), 0o755);
  if (tells.release !== undefined) {
    await writeFile(path.join(home, "release"), `IMPLEMENTOR="Acme"\nJAVA_VERSION="${tells.release}"\n`);
  }
  return home;
}

describe("findJdk", () => {
  it("chooses the lowest sufficient version, regardless of folder names", async () => {
    await makeJdk("jvm/jdk-17", { release: "25.0.3" });
    const wanted = await makeJdk("jvm/zulu-99", { release: "21.0.5" });
    await makeJdk("jvm/java-21", { release: "17.0.15" });

    expect(await findJdk(21, { env: {}, folders: [path.join(root, "jvm")] })).toEqual({
      home: wanted,
      version: "21.0.5",
      major: 21,
    });
  });

  it("asks java itself if there is no release file", async () => {
    const home = await makeJdk("jvm/plain", { java: "17.0.2" });

    expect(await findJdk(17, { env: {}, folders: [path.join(root, "jvm")] })).toEqual({
      home,
      version: "17.0.2",
      major: 17,
    });
  });

  it("goes on searching when JAVA_HOME is too old, or does not exist", async () => {
    const old = await makeJdk("old", { release: "1.8.0_392" });
    const wanted = await makeJdk("jvm/jdk", { release: "17" });
    const folders = [path.join(root, "jvm")];

    expect((await findJdk(17, { env: { JAVA_HOME: old }, folders }))?.home).toBe(wanted);
    expect((await findJdk(17, { env: { JAVA_HOME: path.join(root, "nowhere") }, folders }))?.home).toBe(wanted);
  });

  it("prefers JAVA_HOME, then the PATH, among JDKs of one version", async () => {
    await makeJdk("jvm/a", { release: "17.0.1" });
    const onPath = await makeJdk("path", { release: "17.0.2" });
    const named = await makeJdk("named", { release: "17.0.3" });
    const folders = [path.join(root, "jvm")];
    const env = { PATH: path.join(onPath, "bin") };

    expect((await findJdk(17, { env, folders }))?.home).toBe(onPath);
    expect((await findJdk(17, { env: { ...env, JAVA_HOME: named }, folders }))?.home).toBe(named);
  });

  it("follows the links of the PATH to the JDK", async () => {
    const home = await makeJdk("opt/jdk", { release: "21.0.1" });
    await mkdir(path.join(root, "links"));
    await symlink(path.join(home, "bin/javac"), path.join(root, "links/javac"));

    expect((await findJdk(17, { env: { PATH: path.join(root, "links") }, folders: [] }))?.home).toBe(home);
  });

  it("looks into macOS bundles and Homebrew's kegs", async () => {
    await makeJdk("jvms/temurin-21.jdk/Contents/Home", { release: "21.0.4" });
    await makeJdk("opt/openjdk@17/libexec/openjdk.jdk/Contents/Home", { release: "17.0.9" });

    const found = await findJdks({ env: {}, folders: [path.join(root, "jvms"), path.join(root, "opt")] });

    expect(found.map(({ major }) => major)).toEqual([21, 17]);
  });

  it("takes names like JAVA_HOME_21_X64 into account, as build machines set them", async () => {
    const home = await makeJdk("tools/21", { release: "21.0.6" });

    expect((await findJdk(21, { env: { JAVA_HOME_21_X64: home }, folders: [] }))?.home).toBe(home);
  });

  it("skips a runtime without a compiler, a script named javac, and a JDK without a version", async () => {
    const runtime = await makeJdk("jvm/jre", { release: "21.0.1" });
    await rm(path.join(runtime, "bin/javac"));
    const script = await makeJdk("jvm/shims", { release: "21.0.1" });
    await rm(path.join(script, "lib/modules"));
    await makeJdk("jvm/silent", {});

    expect(
      await findJdk(17, { env: {}, folders: [path.join(root, "jvm"), path.join(root, "missing")] }),
    ).toBeUndefined();
  });

  it("counts a JDK once, even if several paths lead to it", async () => {
    const home = await makeJdk("jvm/jdk", { release: "17.0.15" });
    await symlink(home, path.join(root, "jvm/default"));
    const env = { JAVA_HOME: path.join(root, "jvm/default"), PATH: path.join(home, "bin") };

    expect(await findJdks({ env, folders: [path.join(root, "jvm")] })).toEqual([
      { home, version: "17.0.15", major: 17 },
    ]);
  });
});
