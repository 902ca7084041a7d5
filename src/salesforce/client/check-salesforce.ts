import { z } from "zod";
import { failedCheck, type CheckResult } from "../../core/check-result.ts";
import type { SalesforceClient } from "./salesforce-client.ts";
import { SalesforceRequestError } from "../errors.ts";
import type { SalesforceSource } from "../salesforce-source.ts";

export interface SalesforceCheckOptions {
  client: SalesforceClient;
  source: SalesforceSource;
  host: string;
  signal: AbortSignal;
}

// https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_limits.htm
const limitsAnswer = z.object({ DailyApiRequests: z.object({ Max: z.number(), Remaining: z.number() }) });

/** Checks the sign-in and the access to the selected objects. Changes nothing. */
export async function checkSalesforce({
  client,
  source,
  host,
  signal,
}: SalesforceCheckOptions): Promise<CheckResult[]> {
  const signIn = await checking("Salesforce sign-in", async () => {
    await client.object({ path: client.resource("") }, signal);
    return [{ outcome: "ok", found: `signed in to ${host}; ${await callsLeft(client, signal)}` }];
  });
  if (signIn.some(({ outcome }) => outcome === "failed")) return signIn;
  const objects = await checking("Salesforce objects", async () => {
    const plan = await source.plan(new Set(), signal);
    const names = plan.objects.map(({ name }) => name);
    return [
      {
        outcome: names.length > 0 ? "ok" : "failed",
        found:
          names.length > 0
            ? `can read ${shorten(names)}${plan.files ? " and files" : ""}`
            : "no selected object can be read",
      },
      ...plan.warnings.map((warning) => ({
        outcome: "warning" as const,
        found: warning,
        hint: "Grant Read to the integration user if these should be synced.",
      })),
    ];
  });
  return [...signIn, ...objects];
}

/** Salesforce shows the limits only to users with View Setup and Configuration, which a sync does not need. */
async function callsLeft(client: SalesforceClient, signal: AbortSignal): Promise<string> {
  try {
    const { DailyApiRequests } = await client.parsed({ path: client.resource("limits") }, signal, limitsAnswer);
    return `${DailyApiRequests.Remaining} of ${DailyApiRequests.Max} API calls are left for today`;
  } catch (error) {
    if (!(error instanceof SalesforceRequestError)) throw error;
    return "the integration user may not see how many API calls are left";
  }
}

async function checking(name: string, check: () => Promise<Omit<CheckResult, "name">[]>): Promise<CheckResult[]> {
  try {
    return (await check()).map((result) => ({ name, ...result }));
  } catch (error) {
    return [failedCheck(name, error)];
  }
}

function shorten(names: readonly string[]): string {
  return names.length <= 12 ? names.join(", ") : `${names.slice(0, 12).join(", ")} and ${names.length - 12} more`;
}
