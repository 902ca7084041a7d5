import { expect, it } from "vitest";
import { AccessKills, type Moment } from "../support/access-kills.ts";

it("a service that is killed while it changes access shows nothing that is not allowed before or after, and then what is right", async () => {
  const moments: readonly Moment[] = [
    { type: "access_control", stage: "documents", request: 2, isLost: false },
    { type: "full", stage: "completing", request: 1, isLost: true },
    { type: "access_control", stage: "narrowing", request: 1, isLost: false },
  ];
  await using kills = await AccessKills.open("three kills");

  for (const moment of moments) expect(await kills.killAt(moment), moment.stage).toBe(true);
});
