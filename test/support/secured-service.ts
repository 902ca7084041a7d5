import { randomUUID } from "node:crypto";
import { startSimulator, type RunningSimulator } from "../../simulator/start-simulator.ts";
import type { ProcessResult } from "../../demo/processes.ts";
import { ConfigFolder, runCommand } from "./command-line.ts";
import { securedHost } from "./secured-elasticsearch.ts";

/** Settings of a configuration file by dotted key; an undefined one is left out. */
export type Settings = Readonly<Record<string, string | number | boolean | undefined>>;

/** The command line between a simulated org and the Elasticsearch with security. */
export class SecuredService implements AsyncDisposable {
  readonly simulator: RunningSimulator;
  readonly #folder: ConfigFolder;

  private constructor(simulator: RunningSimulator, folder: ConfigFolder) {
    this.simulator = simulator;
    this.#folder = folder;
  }

  static async open(): Promise<SecuredService> {
    return new SecuredService(await startSimulator({ size: "tiny", seed: "3" }), await ConfigFolder.create());
  }

  /** A configuration file with one connector, which has the name of its index; it gives up soon. `entry` adds to the connector. */
  config(index: string, settings: Settings, entry: object = {}): object {
    const configuration = { domain: "acme", client_id: "simulator", client_secret: "simulator" };
    const connector = {
      connector_id: index,
      index_name: index,
      "salesforce.base_url": this.simulator.url,
      configuration,
      ...entry,
    };
    const patience = { "elasticsearch.max_wait_duration": 5, "elasticsearch.max_retries": 1 };
    const all = Object.entries<Settings[string]>({ ...securedHost(), ...patience, ...settings });
    return { ...Object.fromEntries(all.filter(([, value]) => value !== undefined)), connectors: [connector] };
  }

  /** Runs a command such as `sync` to its end. */
  run(command: readonly string[], index: string, settings: Settings): Promise<ProcessResult> {
    return this.runWith(command, this.config(index, settings));
  }

  async runWith(command: readonly string[], config: object): Promise<ProcessResult> {
    const file = await this.#folder.write(config, `${randomUUID()}.yml`);
    return runCommand([...command, "-c", file]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.simulator.stop();
    await this.#folder[Symbol.asyncDispose]();
  }
}

/** Every line that a command wrote. */
export function linesOf({ stdout, stderr }: ProcessResult): string[] {
  return `${stdout}\n${stderr}`.split("\n");
}
