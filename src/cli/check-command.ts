import { checkConnector } from "../app/check-connector.ts";
import type { CheckResult } from "../core/check-result.ts";
import { allConnectors, oneConnector, openConfig, type CommonOptions } from "./open-config.ts";
import type { ProgramContext } from "./program-context.ts";

export interface CheckOptions extends CommonOptions {
  connector?: string;
}

/** Checks connectors and prints one line for each check. */
export async function checkCommand(options: CheckOptions, { terminal, signal }: ProgramContext): Promise<number> {
  const { config, log } = await openConfig(options);
  const connectors =
    options.connector === undefined ? allConnectors(config) : [oneConnector(config, options.connector)];
  let failed = 0;
  for (const connector of connectors) {
    terminal.out(`Connector ${connector.id}`);
    for (const result of await checkConnector(connector, { config, log, signal })) {
      terminal.out(`  ${checkLine(result)}`);
      if (result.outcome === "failed") failed++;
    }
  }
  terminal.out(failed === 0 ? "All checks passed." : `${failed} check${failed > 1 ? "s" : ""} failed.`);
  return failed === 0 ? 0 : 1;
}

function checkLine({ name, outcome, found, expected, hint }: CheckResult): string {
  const mark = { ok: "ok     ", warning: "warning", failed: "FAILED " }[outcome];
  const wanted = expected === undefined ? "" : ` Expected: ${expected}.`;
  return `${mark} ${name}: ${found.replace(/\.$/, "")}.${wanted}${hint === undefined ? "" : ` ${hint}`}`;
}
