import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { startProcess, startScript, type ProcessOptions, type RunningProcess } from "../../demo/processes.ts";
import { startSimulator } from "../../simulator/start-simulator.ts";
import { RestClient } from "../contract/simulator/rest-client.ts";

const start = (args: readonly string[], options?: ProcessOptions): RunningProcess =>
  startScript("simulator/main.ts", args, options);

test("prints a ready line, answers requests and exits with 0 on a signal", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const running = start(["--port", "0", "--size", "tiny"]);
    const client = await RestClient.signIn({ url: await running.readyUrl() });

    expect((await client.query("SELECT COUNT() FROM Account")).status).toBe(200);
    expect(await running.kill(signal)).toMatchObject({ exitCode: 0, stderr: "" });
  }
});

test.each([
  [["--size", "huge"], /Unknown size "huge". Use tiny, small, medium, large/u],
  [["--size", "99"], /from 100 to 5000000/u],
  [["--port", "70000"], /Invalid port "70000"/u],
  [["--speed", "5"], /--speed/u],
])("exits with 2 and one line for %j", async (args, words) => {
  const { exitCode, stderr } = await start(args).ended;

  expect(exitCode).toBe(2);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stderr).toMatch(words);
});

test("exits with 1 and one line if the port is in use", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const address = holder.address();
  const port = typeof address === "object" && address !== null ? String(address.port) : "";

  const { exitCode, stderr } = await start(["--port", port]).ended;

  expect(exitCode).toBe(1);
  expect(stderr.trim()).toBe(`Port ${port} is in use by another program. Use another --port, or 0 for a free port.`);
  holder.close();
});

test("exits when standard input closes, but only with --exit-with-parent", async () => {
  const bound = start(["--exit-with-parent"], { keepInputOpen: true });
  await bound.readyUrl();
  bound.closeInput();
  const free = start([], { keepInputOpen: true });
  const url = await free.readyUrl();
  free.closeInput();

  expect((await bound.ended).exitCode).toBe(0);
  expect((await RestClient.signIn({ url })).token).toMatch(/^00D/u);
  expect((await free.kill("SIGTERM")).exitCode).toBe(0);
});

test("serves HTTPS with --tls and --mutual-tls-port", async () => {
  const running = start(["--tls", "--mutual-tls-port", "0"]);
  const url = await running.readyUrl();

  expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/u);
  expect((await running.kill("SIGTERM")).exitCode).toBe(0);
});

test("prints its options for --help and exits with 0", async () => {
  const { exitCode, stdout } = await start(["--help"]).ended;

  expect(exitCode).toBe(0);
  expect(stdout).toContain("--size S");
});

test("two processes can generate the same org at once and leave one file", async () => {
  const cacheFolder = await mkdtemp(path.join(tmpdir(), "simulator-cache-"));
  const script = `
    const { startSimulator } = await import(${JSON.stringify(path.join(import.meta.dirname, "../../simulator/start-simulator.ts"))});
    const simulator = await startSimulator({ size: "700", cacheFolder: ${JSON.stringify(cacheFolder)} });
    console.log(simulator.org.database.number('SELECT count(*) FROM "Contact"'));
    await simulator.stop();`;
  const run = async () =>
    (await startProcess(process.execPath, ["--input-type=module", "--eval", script]).output()).trim();

  const counts = await Promise.all([run(), run()]);

  const files = await readdir(cacheFolder);
  await rm(cacheFolder, { recursive: true });
  expect(counts[0]).toMatch(/^\d+$/u);
  expect(counts[1]).toBe(counts[0]);
  expect(files).toHaveLength(1);
});

test("several orgs in one process have their own data and clock", async () => {
  const [first, second] = await Promise.all([startSimulator({ seed: "1" }), startSimulator({ seed: "2" })]);
  const one = await RestClient.signIn(first);
  const two = await RestClient.signIn(second);
  await one.rest("POST", "sobjects/Account", { Name: "Only in the first" });
  await one.control("POST", "clock", { at: "2030-01-01T00:00:00Z" });

  const statement = "SELECT COUNT() FROM Account WHERE Name = 'Only in the first'";
  await one.signIn();
  expect((await one.query(statement)).body).toMatchObject({ totalSize: 1 });
  expect((await two.query(statement)).body).toMatchObject({ totalSize: 0 });
  expect(new Date(second.org.clock.now()).getUTCFullYear()).toBe(new Date().getUTCFullYear());
  await Promise.all([first.stop(), second.stop()]);
});
