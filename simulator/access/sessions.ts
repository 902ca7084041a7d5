import { randomBytes } from "node:crypto";

export interface Session {
  readonly token: string;
  readonly userId: string;
  readonly clientId: string;
  readonly openedAt: number;
  /** In milliseconds. */
  lastUsedAt: number;
}

/** Sessions time out after two hours without activity (Session Settings; the default is not confirmed). */
const defaultSessionLifetime = 2 * 3_600_000;

/** The sessions, refresh tokens and authorization codes of one org. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #refreshTokens = new Map<string, { readonly userId: string; readonly clientId: string }>();
  readonly #codes = new Map<string, { readonly userId: string; readonly until: number }>();
  readonly #now: () => number;
  readonly #organizationId: string;
  lifetime = defaultSessionLifetime;

  constructor(now: () => number, organizationId: string) {
    this.#now = now;
    this.#organizationId = organizationId;
  }

  open(userId: string, clientId: string): Session {
    const token = `${this.#organizationId.slice(0, 15)}!AQ${randomBytes(48).toString("base64url").replaceAll("-", ".")}`;
    const now = this.#now();
    const session = { token, userId, clientId, openedAt: now, lastUsedAt: now };
    this.#sessions.set(token, session);
    return session;
  }

  /** Returns the session of a valid token and extends it. */
  use(token: string): Session | undefined {
    const session = this.peek(token);
    if (session !== undefined) session.lastUsedAt = this.#now();
    return session;
  }

  /** Returns the session of a valid token without extending it. */
  peek(token: string): Session | undefined {
    const session = this.#sessions.get(token);
    if (session === undefined) return undefined;
    if (this.#now() - session.lastUsedAt < this.lifetime) return session;
    this.#sessions.delete(token);
    return undefined;
  }

  openRefresh(userId: string, clientId: string): string {
    const token = `5Aep861${randomBytes(40).toString("base64url")}`;
    this.#refreshTokens.set(token, { userId, clientId });
    return token;
  }

  refreshed(token: string): { readonly userId: string; readonly clientId: string } | undefined {
    return this.#refreshTokens.get(token);
  }

  /** Revokes a refresh token and ends the sessions of its user and app. */
  revokeRefresh(token: string): boolean {
    const known = this.#refreshTokens.get(token);
    if (known === undefined) return false;
    this.#refreshTokens.delete(token);
    for (const [id, session] of this.#sessions) {
      if (session.userId === known.userId && session.clientId === known.clientId) this.#sessions.delete(id);
    }
    return true;
  }

  /** Returns an authorization code that is valid once, for 15 minutes. */
  issueCode(userId: string): string {
    const code = `aPrx${randomBytes(24).toString("base64url")}`;
    this.#codes.set(code, { userId, until: this.#now() + 900_000 });
    return code;
  }

  redeem(code: string): string | undefined {
    const known = this.#codes.get(code);
    this.#codes.delete(code);
    return known !== undefined && known.until > this.#now() ? known.userId : undefined;
  }

  close(token: string): boolean {
    return this.#sessions.delete(token);
  }

  closeAll(): number {
    const count = this.#sessions.size;
    this.#sessions.clear();
    return count;
  }
}
