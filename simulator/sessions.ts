import { randomBytes } from "node:crypto";

/** A signed-in client. */
export interface Session {
  readonly token: string;
  readonly userId: string;
  readonly clientId: string;
  /** Milliseconds; moved with every use. */
  lastUsedAt: number;
}

/** "Sessions time out after 2 hours without activity unless the org says otherwise" (Session Settings; the default is not confirmed). */
export const defaultSessionLifetime = 2 * 3_600_000;

/** The sessions of one org. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #now: () => number;
  readonly #organizationId: string;
  lifetime = defaultSessionLifetime;

  constructor(now: () => number, organizationId: string) {
    this.#now = now;
    this.#organizationId = organizationId;
  }

  open(userId: string, clientId: string): Session {
    const token = `${this.#organizationId.slice(0, 15)}!AQ${randomBytes(48).toString("base64url").replaceAll("-", ".")}`;
    const session = { token, userId, clientId, lastUsedAt: this.#now() };
    this.#sessions.set(token, session);
    return session;
  }

  /** The session of a token that is still good; using it keeps it so. */
  use(token: string): Session | undefined {
    const session = this.peek(token);
    if (session !== undefined) session.lastUsedAt = this.#now();
    return session;
  }

  /** The session of a token that is still good, left as it is. */
  peek(token: string): Session | undefined {
    const session = this.#sessions.get(token);
    if (session === undefined) return undefined;
    if (this.#now() - session.lastUsedAt < this.lifetime) return session;
    this.#sessions.delete(token);
    return undefined;
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
