import { systemClock } from "../../src/core/clock.ts";
import { silentLogger } from "../../src/core/logger.ts";
import { Secret } from "../../src/core/secret.ts";
import { clientCredentialsSignIn } from "../../src/salesforce/auth/client-credentials.ts";
import { SalesforceSession } from "../../src/salesforce/auth/session.ts";
import { SalesforceHttp } from "../../src/salesforce/client/http.ts";
import { SalesforceClient } from "../../src/salesforce/client/salesforce-client.ts";

interface ClientSettings {
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly apiVersion?: string;
  /** The token of a session that is open already. */
  readonly token?: string;
  readonly maxRecordBytes?: number;
  readonly onRetry?: () => void;
}

/** The product's client of an org, with small waits. */
export function salesforceClient(
  baseUrl: string,
  {
    clientId = "simulator",
    clientSecret = "simulator",
    apiVersion = "62.0",
    token,
    maxRecordBytes,
    onRetry,
  }: ClientSettings = {},
): { client: SalesforceClient; http: SalesforceHttp } {
  const http = new SalesforceHttp({ connectMs: 5000, headersMs: 2000, bodyIdleMs: 1000 });
  const signIn = clientCredentialsSignIn({ baseUrl, clientId, clientSecret: new Secret(clientSecret), http });
  const session = new SalesforceSession(token === undefined ? signIn : () => Promise.resolve(token));
  const retry = { attempts: 4, baseMs: 5, capMs: 20, jitter: 0 };
  return {
    client: new SalesforceClient({
      session,
      http,
      apiVersion,
      baseUrl,
      clock: systemClock,
      log: silentLogger,
      retry,
      ...(maxRecordBytes === undefined ? {} : { maxRecordBytes }),
      onRetry,
    }),
    http,
  };
}
