import { wellKnownIds } from "../schema/well-known-ids.ts";

/** An app that clients sign in through. */
export interface ClientApp {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The user that client credentials stand for; none where the app does not allow that flow. */
  readonly runAs: string | undefined;
  /** Certificate (PEM) that signs the app's JWT assertions. */
  readonly certificate?: string;
}

/** The apps of every org: an integration user who reads by permission rows, and an administrator. */
export const builtInApps: readonly ClientApp[] = [
  { clientId: "simulator", clientSecret: "simulator", runAs: wellKnownIds.integrationUser },
  { clientId: "simulator-admin", clientSecret: "simulator-admin", runAs: wellKnownIds.adminUser },
];
