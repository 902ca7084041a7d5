import { standardObjectNames } from "../src/connector/configuration-fields.ts";
import { systemClock } from "../src/core/clock.ts";
import { silentLogger } from "../src/core/logger.ts";
import { Secret } from "../src/core/secret.ts";
import { SalesforceSession } from "../src/salesforce/auth/session.ts";
import { clientCredentialsSignIn } from "../src/salesforce/auth/client-credentials.ts";
import { SalesforceHttp } from "../src/salesforce/client/http.ts";
import { SalesforceClient } from "../src/salesforce/client/salesforce-client.ts";
import { OrgDescription } from "../src/salesforce/describe/org-description.ts";
import { planObject } from "../src/salesforce/objects/plan-object.ts";
import { standardObjects } from "../src/salesforce/objects/standard-objects.ts";
import { encodeSoql, soql } from "../src/salesforce/soql/soql.ts";

const apiVersion = "62.0";
const signal = new AbortController().signal;

/** The simulated org of the benchmark. */
export class SalesforceOrg {
  readonly url: string;
  readonly #client: SalesforceClient;
  readonly #session: SalesforceSession;

  constructor(url: string) {
    this.url = url;
    const http = new SalesforceHttp();
    const clientSecret = new Secret("simulator");
    this.#session = new SalesforceSession(
      clientCredentialsSignIn({ baseUrl: url, clientId: "simulator", clientSecret, http }),
    );
    this.#client = new SalesforceClient({
      session: this.#session,
      http,
      apiVersion,
      baseUrl: url,
      clock: systemClock,
      log: silentLogger,
    });
  }

  /** The paths of the first pages of the service's record queries. */
  async queryPaths(): Promise<string[]> {
    const org = await OrgDescription.create(this.#client, signal);
    const files = ["ContentDocumentLink", "ContentDocument", "ContentVersion"].every(
      (name) => org.find(name) !== undefined,
    );
    return Promise.all(
      standardObjectNames.map(async (name) => {
        const description = await org.describe(name);
        if (!description) throw new Error(`${name} cannot be read`);
        const { select } = await planObject(description, {
          org,
          files,
          secured: false,
          selection: standardObjects[name],
        });
        return `${this.#client.resource("query")}?q=${encodeSoql(soql(select))}`;
      }),
    );
  }

  accessToken(): Promise<string> {
    return this.#session.token(signal);
  }
}
