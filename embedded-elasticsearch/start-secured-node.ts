import { findJdk } from "./find-jdk.ts";
import { needsJdk } from "./missing-jdk.ts";
import { startEmbeddedNode, type EmbeddedNode, type NodeSecurity } from "./start-embedded-node.ts";
import { MissingJars } from "./start-failure.ts";
import { versionOf, type Major } from "./versions.ts";

/** An embedded node with Elasticsearch security. */
export type SecuredNode = EmbeddedNode & { readonly security: NodeSecurity };

/**
 * Starts a node with security if this machine can.
 *
 * @returns the node, or the reason why there is none: no JDK is found, or the jars cannot be fetched
 * @throws StartFailure if the node has its jars and does not start
 */
export async function startSecuredNode(major: Major, signal?: AbortSignal): Promise<SecuredNode | string> {
  const wanted = { major, secured: true };
  if ((await findJdk(versionOf(wanted).minimumJdk)) === undefined) return `${needsJdk(wanted)}.`;
  try {
    const node = await startEmbeddedNode({ ...wanted, ...(signal && { signal }) });
    if (node.security === undefined) throw new Error("The node was started without security.");
    return { ...node, security: node.security };
  } catch (error) {
    if (error instanceof MissingJars && signal?.aborted !== true) return error.sentence;
    throw error;
  }
}
