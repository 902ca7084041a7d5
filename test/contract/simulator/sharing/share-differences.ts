import { ShareKeeper } from "../../../../simulator/sharing/share-keeper.ts";
import type { RunningSimulator } from "../../../../simulator/start-simulator.ts";

/** The share rows that a computation from scratch would change. */
export function shareDifferences({ database, sharing }: RunningSimulator["org"]): string[] {
  const found: string[] = [];
  new ShareKeeper(database, sharing, {
    insert: (share, values) => void found.push(`${share} lacks ${JSON.stringify(values)}`),
    update: (share, id) => void found.push(`${share} ${id} has another level`),
    remove: (share, id) => void found.push(`${share} ${id} follows from nothing`),
  }).refreshAll();
  return found;
}
