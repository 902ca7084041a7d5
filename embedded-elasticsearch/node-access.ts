import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { text } from "node:stream/consumers";

export interface NodeUser {
  readonly username: string;
  readonly password: string;
}

export interface NodeAccess {
  /** Secured nodes only: the CA certificate (PEM) and a superuser. */
  readonly security?: { readonly ca: string; readonly user: NodeUser };
  /** Paths that answer with status 200 when the node is ready. */
  readonly readyPaths: readonly string[];
}

const timeoutMs = 5_000;

export const healthPath = "/_cluster/health?wait_for_status=yellow&timeout=1s";

/** Tells if all ready paths of a node answer with status 200. */
export async function isReady(url: string, access: NodeAccess): Promise<boolean> {
  try {
    for (const path of access.readyPaths) if ((await statusOf(new URL(path, url), access)) !== 200) return false;
    return true;
  } catch {
    return false;
  }
}

async function statusOf(url: URL, { security }: NodeAccess): Promise<number | undefined> {
  const options = {
    agent: false as const,
    signal: AbortSignal.timeout(timeoutMs),
    ...(security && { ca: security.ca, auth: `${security.user.username}:${security.user.password}` }),
  };
  const send = security ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = send(url, options, (response) => {
      // Read the whole body so that the connection closes.
      text(response).then(() => resolve(response.statusCode), reject);
    });
    sent.on("error", reject);
    sent.end();
  });
}
