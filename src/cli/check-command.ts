import { checkConnector } from "../app/service.ts";
import type { CheckResult } from "../core/check-result.ts";
import { allConnectors, oneConnector, openConfig, type CommonOptions } from "./open-config.ts";
import type { Terminal } from "./terminal.ts";

/** The options of `check`. */
export interface CheckOptions extends CommonOptions {
  connector?: string;
}

/** Whether each connector can reach and use both sides; one line a check. */
export async function checkCommand(
  options: CheckOptions,
  { terminal, signal }: { terminal: Terminal; signal: AbortSignal },
): Promise<number> {
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
  terminal.out(
    failed === 0 ? "Everything that a sync needs is there." : `${failed} check${failed > 1 ? "s" : ""} failed.`,
  );
  return failed === 0 ? 0 : 1;
}

/** What was checked, what was found, what was expected, what to do. */
function checkLine({ name, outcome, found, expected, hint }: CheckResult): string {
  const mark = { ok: "ok     ", warning: "warning", failed: "FAILED " }[outcome];
  const wanted = expected === undefined ? "" : ` Expected: ${expected}.`;
  return `${mark} ${name}: ${found.replace(/\.$/, "")}.${wanted}${hint === undefined ? "" : ` ${hint}`}`;
}
