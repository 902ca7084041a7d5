import { parseArgs } from "node:util";
import { recordCount, UnknownSizeError } from "./generator/org-size.ts";
import type { SimulatorOptions } from "./start-simulator.ts";

const usage = `Usage: npm run simulator -- [options]

  --port P             port to listen on (default: a free port)
  --host H             address to listen on (default: 127.0.0.1)
  --size S             tiny, small, medium, large, or a number of records from 100 to 5000000 (default: tiny)
  --seed S             the same seed and size give the same org (default: 1)
  --tls                use HTTPS with a new self-signed certificate
  --mutual-tls-port P  a second port, with HTTPS, that asks clients for a certificate; 0 is a free port
  --exit-with-parent   exit when standard input closes
  --help               print this text

Client id and secret: simulator / simulator, or simulator-admin / simulator-admin.
The simulator is ready when it prints {"ready":true,"url":"…"}.
`;

/** Invalid command line arguments: exit code 2. */
class UsageError extends Error {}

interface Arguments {
  readonly options: SimulatorOptions;
  readonly exitWithParent: boolean;
  readonly help: boolean;
}

function readArguments(list: readonly string[]): Arguments {
  const { values } = parsed(list);
  const size = values.size ?? "tiny";
  // Validates the size; the result is not needed here.
  recordCount(size);
  return {
    options: {
      size,
      ...(values.seed === undefined ? {} : { seed: values.seed }),
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
    throw new UsageError(`${error instanceof Error ? error.message : String(error)} Use --help for the options.`);
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/u.test(text) && port <= 65_535) return port;
  throw new UsageError(`Invalid port "${text}". Use a number from 0 to 65535; 0 is a free port.`);
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
  // A parent process may send a signal as soon as it reads the ready line.
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  if (exitWithParent) process.stdin.on("end", end).on("close", end).resume();
  // Imported here so that invalid arguments and signals need not wait for it.
  const { startSimulator } = await import("./start-simulator.ts");
  const simulator = await startSimulator(options);
  stop = () => simulator.stop();
  const { url, mutualTlsUrl } = simulator;
  process.stdout.write(`${JSON.stringify({ ready: true, url, mutual_tls_url: mutualTlsUrl })}\n`);
}

function failureText(error: unknown): string {
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    const port = "port" in error ? String(error.port) : "";
    return `Port ${port} is in use by another program. Use another --port, or 0 for a free port.`;
  }
  return error instanceof Error ? error.message : String(error);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${failureText(error)}\n`);
  process.exitCode = error instanceof UsageError || error instanceof UnknownSizeError ? 2 : 1;
}
