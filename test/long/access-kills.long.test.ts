import { expect, it } from "vitest";
import { AccessKills, randomMoments } from "../support/access-kills.ts";

const wanted = 30;

it(`${wanted} kills of a service at random moments of syncs never show a document that is not allowed`, async () => {
  await using kills = await AccessKills.open("many kills");
  const killed = new Set<string>();
  let count = 0;

  for (const moment of randomMoments("moments")) {
    if (!(await kills.killAt(moment))) continue;
    killed.add(`${moment.type} ${moment.stage}`);
    if (++count === wanted) break;
  }

  expect(killed.size).toBe(6);
}, 1_800_000);
