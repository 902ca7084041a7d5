import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { text } from "node:stream/consumers";

/** A user of a node with security. */
export interface NodeUser {
  readonly username: string;
  readonly password: string;
}

/** How a node is spoken to. */
export interface NodeAccess {
  /** With security: the node's authority, in PEM, and a user who may do everything. */
  readonly security?: { readonly ca: string; readonly user: NodeUser };
  /** What answers with status 200 once the node is ready. */
  readonly readyPaths: readonly string[];
}

const timeoutMs = 5_000;

/** The paths that say that a node is up, in the order in which they come true. */
export const healthPath = "/_cluster/health?wait_for_status=yellow&timeout=1s";

/** Whether a node answers on all of its ready paths. */
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
      // Read to its end, so that the connection closes.
      text(response).then(() => resolve(response.statusCode), reject);
    });
    sent.on("error", reject);
    sent.end();
  });
}
