import { untilAborted } from "../../core/errors.ts";

/**
 * A way to sign in to an org: returns an access token.
 * @throws SalesforceSignInError if Salesforce refuses; errors of the connection
 */
export type SignIn = (signal: AbortSignal) => Promise<string>;

/**
 * The session of one org. It is opened by the first request, and renewed when Salesforce says that it has expired: the lifetime of a token is
 * a setting of the org that clients cannot see. Concurrent requests share one sign-in.
 */
export class SalesforceSession implements Disposable {
  readonly #signIn: SignIn;
  readonly #closing = new AbortController();
  #token: string | undefined;
  #pending: Promise<string> | undefined;

  constructor(signIn: SignIn) {
    this.#signIn = signIn;
  }

  /** The current token, after a sign-in if there is none. */
  token(signal: AbortSignal): Promise<string> {
    return this.#token === undefined ? this.#open(signal) : Promise.resolve(this.#token);
  }

  /** A new token in place of one that Salesforce refused. */
  renew(refused: string, signal: AbortSignal): Promise<string> {
    if (this.#token === refused) this.#token = undefined;
    return this.token(signal);
  }

  /** Cancels a sign-in in progress. */
  [Symbol.dispose](): void {
    this.#closing.abort();
  }

  /** One caller's signal does not cancel the sign-in, because other callers may wait for it. */
  #open(signal: AbortSignal): Promise<string> {
    if (!this.#pending) {
      this.#pending = this.#signIn(this.#closing.signal).then((token) => (this.#token = token));
      this.#pending.then(
        () => (this.#pending = undefined),
        () => (this.#pending = undefined),
      );
    }
    return untilAborted(this.#pending, signal);
  }
}
