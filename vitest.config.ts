import { defineConfig } from "vitest/config";

// The suffix of a test file says what it needs, and so where it runs; there are no lists.
//   *.test.ts              Node alone
//   *.contract.test.ts     the simulated org, over HTTP
//   *.integration.test.ts  a real Elasticsearch (each major version that a JDK here can run) and the simulated org
//   *.e2e.test.ts          whole processes, as a user starts them
//   *.long.test.ts         only `npm run test:long`
const folders = "{src,simulator,embedded-elasticsearch,demo,bench,test}";
const kinds = ["contract", "integration", "e2e", "long"] as const;

const slowKind = (name: string, kind: (typeof kinds)[number], env: Record<string, string> = {}) => ({
  test: {
    name,
    include: [`${folders}/**/*.${kind}.test.ts`],
    env,
    testTimeout: 120_000,
    hookTimeout: 240_000,
    sequence: { groupOrder: 1 },
  },
});

export default defineConfig({
  test: {
    allowOnly: false,
    maxWorkers: 2,
    slowTestThreshold: 500,
    passWithNoTests: true,
    projects: [
      {
        test: {
          name: "unit",
          include: [`${folders}/**/*.test.ts`],
          exclude: kinds.map((kind) => `**/*.${kind}.test.ts`),
          sequence: { shuffle: true, groupOrder: 0 },
        },
      },
      slowKind("contract", "contract"),
      slowKind("integration-8", "integration", { ELASTICSEARCH_MAJOR: "8" }),
      slowKind("integration-9", "integration", { ELASTICSEARCH_MAJOR: "9" }),
      slowKind("e2e", "e2e"),
      slowKind("long", "long"),
    ],
  },
});
