import { parseArgs } from "node:util";
import { recordsOf } from "./generator/org-size.ts";
import { startSimulator, type SimulatorOptions } from "./start-simulator.ts";

const usage = `Usage: npm run simulator -- [options]

  --port P             port to listen on; a free one unless given
  --host H             address to listen on; 127.0.0.1 unless given
  --size S             tiny, small, medium, large, or a number of records from 100 to 5000000; tiny unless given
  --seed S             the same seed and size give the same org; 1 unless given
  --tls                HTTPS with a certificate made at the start
  --mutual-tls-port P  a second port, HTTPS, that asks clients for a certificate; 0 for a free one
  --exit-with-parent   end when standard input closes
  --help               this text

Client id and secret: simulator / simulator, or simulator-admin / simulator-admin.
Ready when a line {"ready":true,"url":"…"} stands on standard output.
`;

/** A mistake that shows without asking anybody: exit code 2. */
class UsageError extends Error {}

interface Arguments {
  readonly options: SimulatorOptions;
  readonly exitWithParent: boolean;
  readonly help: boolean;
}

function readArguments(list: readonly string[]): Arguments {
  const { values } = parsed(list);
  const size = values.size ?? "tiny";
  if (recordsOf(size) === undefined) {
    throw new UsageError(
      `--size ${size} is not known: give tiny, small, medium, large, or a number from 100 to 5000000.`,
    );
  }
  return {
    options: {
      size,
      seed: values.seed ?? "1",
      port: portOf(values.port ?? "0"),
      tls: values.tls ?? false,
      ...(values["mutual-tls-port"] === undefined ? {} : { mutualTlsPort: portOf(values["mutual-tls-port"]) }),
      ...(values.host === undefined ? {} : { host: values.host }),
    },
    exitWithParent: values["exit-with-parent"] ?? false,
    help: values.help ?? false,
  };
}

interface Flags {
  readonly port?: string;
  readonly host?: string;
  readonly size?: string;
  readonly seed?: string;
  readonly tls?: boolean;
  readonly "mutual-tls-port"?: string;
  readonly "exit-with-parent"?: boolean;
  readonly help?: boolean;
}

function parsed(list: readonly string[]): { values: Flags } {
  try {
    return parseArgs({
      args: [...list],
      options: {
        port: { type: "string" },
        host: { type: "string" },
        size: { type: "string" },
        seed: { type: "string" },
        tls: { type: "boolean" },
        "mutual-tls-port": { type: "string" },
        "exit-with-parent": { type: "boolean" },
        help: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)} See --help.`);
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/u.test(text) && port <= 65_535) return port;
  throw new UsageError(`${text} is no port: give a number from 0 to 65535, 0 for a free one.`);
}

async function main(): Promise<void> {
  const { options, exitWithParent, help } = readArguments(process.argv.slice(2));
  if (help) {
    process.stdout.write(usage);
    return;
  }
  let stop = (): Promise<void> => Promise.resolve();
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    void stop().then(() => process.exit(0));
  };
  // Before the ready line: whoever reads it may send a signal at once.
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  if (exitWithParent) process.stdin.on("end", end).on("close", end).resume();
  const simulator = await startSimulator(options);
  stop = () => simulator.stop();
  const { url, mutualTlsUrl } = simulator;
  process.stdout.write(`${JSON.stringify({ ready: true, url, mutual_tls_url: mutualTlsUrl })}\n`);
}

function failureText(error: unknown): string {
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    const port = "port" in error ? String(error.port) : "";
    return `Port ${port} is taken by another program: give another with --port, or 0 for a free one.`;
  }
  return error instanceof Error ? error.message : String(error);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${failureText(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
