import { expect, it } from "vitest";
import { largeOrgIdentities, largestIdentity } from "./large-org.ts";

it("in an org of 50,000 users, 3,000 roles and 60 objects, each identity has fewer than 30,000 tokens", () => {
  const largest = largestIdentity(largeOrgIdentities(50_000));

  expect(largest).toBeGreaterThan(24_000);
  expect(largest).toBeLessThan(30_000);
});
