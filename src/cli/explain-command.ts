import { explainAccess } from "../app/explain-access.ts";
import { oneConnector, openConfig, type CommonOptions } from "./open-config.ts";
import type { ProgramContext } from "./program-context.ts";

export interface ExplainOptions extends CommonOptions {
  connector?: string;
  user: string;
  record: string;
  json?: boolean;
}

/** Prints why a user sees a record, or does not. */
export async function explainCommand(options: ExplainOptions, { terminal, signal }: ProgramContext): Promise<number> {
  const { config, log } = await openConfig(options);
  const question = { user: options.user, record: options.record };
  const explanation = await explainAccess(oneConnector(config, options.connector), question, { config, log, signal });
  if (options.json === true) {
    terminal.out(JSON.stringify(explanation));
    return 0;
  }
  const { user, record, sees, because, index } = explanation;
  terminal.out(`${user.name} (${user.id}) ${sees ? "sees" : "does not see"} ${record}.`);
  for (const sentence of because) terminal.out(`  ${sentence}`);
  for (const sentence of index) terminal.out(`Index: ${sentence}`);
  return 0;
}
