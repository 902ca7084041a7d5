import { systemClock } from "../../src/core/clock.ts";
import { silentLogger } from "../../src/core/logger.ts";
import { Secret } from "../../src/core/secret.ts";
import { SalesforceSession } from "../../src/salesforce/auth/session.ts";
import { SalesforceClient } from "../../src/salesforce/client/salesforce-client.ts";
import { SalesforceTransport } from "../../src/salesforce/client/transport.ts";

/** The product's client of an org, with small waits. */
export function salesforceClient(
  baseUrl: string,
  { clientId = "simulator", clientSecret = "simulator", apiVersion = "62.0" } = {},
): { client: SalesforceClient; transport: SalesforceTransport } {
  const transport = new SalesforceTransport({ connectMs: 5000, headersMs: 2000, bodyIdleMs: 1000 });
  const credentials = { clientId, clientSecret: new Secret(clientSecret) };
  const session = new SalesforceSession({ baseUrl, apiVersion, credentials, transport, log: silentLogger });
  const retry = { attempts: 4, baseMs: 5, capMs: 20, jitter: 0 };
  return {
    client: new SalesforceClient({
      session,
      transport,
      apiVersion,
      baseUrl,
      clock: systemClock,
      log: silentLogger,
      retry,
    }),
    transport,
  };
}
