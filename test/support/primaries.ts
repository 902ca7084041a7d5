import type { Client, estypes } from "@elastic/elasticsearch";

/** Waits until the index can be read. */
export async function waitForPrimaries(client: Client, index: string): Promise<void> {
  await client.cluster.health({ index, wait_for_status: "yellow", timeout: "30s" });
}

/** Creates an index that cannot be read yet, like one whose node is lost: its primaries are assigned to no node. */
export async function createStopped(client: Client, request: estypes.IndicesCreateRequest): Promise<void> {
  const settings = { "index.routing.allocation.require._name": "nowhere" };
  await client.indices.create({ ...request, settings, wait_for_active_shards: 0 });
}

/** Lets the primaries of such an index start, and waits for them. */
export async function startPrimaries(client: Client, index: string): Promise<void> {
  await client.indices.putSettings({ index, settings: { "index.routing.allocation.require._name": null } });
  await waitForPrimaries(client, index);
}
