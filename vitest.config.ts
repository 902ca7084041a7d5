import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { availableMajors } from "./embedded-elasticsearch/available-majors.ts";
import { findJdk } from "./embedded-elasticsearch/find-jdk.ts";
import { majors, securedVersions, type Major } from "./embedded-elasticsearch/versions.ts";

// The suffix of a test file says what it needs, and so where it runs; there are no lists.
//   *.test.ts              Node alone
//   *.contract.test.ts     the simulated org, over HTTP
//   *.integration.test.ts  a real Elasticsearch (each major version that can run here) and the simulated org
//   *.secured.test.ts      an Elasticsearch with security (each major version that can run here) and the simulated org
//   *.e2e.test.ts          whole processes, as a user starts them
//   *.long.test.ts         only `npm run test:long`
const folders = "{src,simulator,embedded-elasticsearch,demo,bench,reference,test}";
const kinds = ["contract", "integration", "secured", "e2e", "long"] as const;

interface SlowKind {
  readonly kind: (typeof kinds)[number];
  readonly env?: Record<string, string>;
  readonly globalSetup?: string[];
}

const slowKind = (name: string, { kind, env, globalSetup = [] }: SlowKind) => ({
  test: {
    name,
    include: [`${folders}/**/*.${kind}.test.ts`],
    // What the tests of this project start is known by this name, so that what they leave behind is seen.
    env: {
      ...env,
      EMBEDDED_ELASTICSEARCH_OWNER: `vitest-${process.pid}-${name}`,
      // Java programs that live for seconds spend most of their time on optimizing themselves; without that, on half of it.
      JDK_JAVA_OPTIONS: "-XX:TieredStopAtLevel=1",
      // Node.js keeps the compiled sources of the programs that tests start; each start is some 0.3 s faster.
      NODE_COMPILE_CACHE: join(import.meta.dirname, ".cache/node-compile"),
    },
    globalSetup: ["test/support/leaked-nodes-setup.ts", ...globalSetup],
    testTimeout: 120_000,
    hookTimeout: 240_000,
    // These tests spend half of their time waiting for services, nodes and retries, so two cores are busy with three files at once.
    // Long tests compute and measure.
    maxWorkers: kind === "long" ? 2 : 3,
    sequence: { groupOrder: kind === "long" ? 2 : 1 },
  },
});

const integration = (major: Major) =>
  slowKind(`integration-${major}`, {
    kind: "integration",
    env: { ELASTICSEARCH_MAJOR: String(major) },
    globalSetup: ["test/support/elasticsearch-setup.ts"],
  });

/** Starts the projects that wait longest first, so that no long file is left to run alone at the end. */
class SlowProjectsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const groupOf = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => groupOf(a) - groupOf(b) || b.project.name.localeCompare(a.project.name));
  }
}

const secured = (major: Major) =>
  slowKind(`secured-${major}`, {
    kind: "secured",
    env: { ELASTICSEARCH_MAJOR: String(major) },
    globalSetup: ["test/support/secured-elasticsearch-setup.ts"],
  });

/** If no version can run here, all are kept: the tests then fail with the reason instead of being skipped. */
async function integrationMajors(): Promise<readonly Major[]> {
  try {
    const runnable = (await availableMajors()).filter(({ runs }) => runs).map(({ major }) => major);
    return runnable.length > 0 ? runnable : majors;
  } catch {
    // ELASTICSEARCH_URL does not answer; the project's setup says so.
    return majors.slice(0, 1);
  }
}

/** The versions that have a JDK here; all of them if none has, so that the run says why these tests are left out. */
async function securedMajors(): Promise<readonly Major[]> {
  const jdks = await Promise.all(majors.map((major) => findJdk(securedVersions[major].minimumJdk)));
  const runnable = majors.filter((_, position) => jdks[position] !== undefined);
  return runnable.length > 0 ? runnable : majors;
}

export default defineConfig({
  test: {
    allowOnly: false,
    slowTestThreshold: 500,
    sequence: { sequencer: SlowProjectsFirst },
    passWithNoTests: true,
    // An embedded node gets ten seconds to end, and a leaked one ten more to be seen.
    teardownTimeout: 40_000,
    projects: [
      {
        test: {
          name: "unit",
          include: [`${folders}/**/*.test.ts`],
          exclude: kinds.map((kind) => `**/*.${kind}.test.ts`),
          setupFiles: ["test/support/unit-time-limit.ts"],
          // Unit tests keep no state outside of themselves, so their files share the loaded modules.
          isolate: false,
          maxWorkers: 2,
          sequence: { shuffle: true, groupOrder: 0 },
        },
      },
      slowKind("contract", { kind: "contract" }),
      ...(await integrationMajors()).map(integration),
      ...(await securedMajors()).map(secured),
      slowKind("e2e", { kind: "e2e" }),
      ...(process.env["LONG_TESTS"] === "true" ? [slowKind("long", { kind: "long" })] : []),
    ],
  },
});
