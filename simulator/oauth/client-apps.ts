import { wellKnownIds } from "../schema/well-known-ids.ts";

/** A connected app. */
export interface ClientApp {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The user of the client credentials flow. Undefined if the app does not allow the flow. */
  readonly runAs: string | undefined;
  /** The certificate (PEM) for JWT assertions. */
  readonly certificate?: string;
}

export const builtInApps: readonly ClientApp[] = [
  { clientId: "simulator", clientSecret: "simulator", runAs: wellKnownIds.integrationUser },
  { clientId: "simulator-admin", clientSecret: "simulator-admin", runAs: wellKnownIds.adminUser },
];
