import { describe, expect, it } from "vitest";
import { missingJdk, needsJdk } from "./missing-jdk.ts";

describe("a version without its JDK", () => {
  it("states the required JDK", () => {
    const needs = (secured: boolean): string => needsJdk({ major: 9, secured });

    expect(needs(false)).toBe("Elasticsearch 9.2.0 needs a JDK of version 21 or newer, and none was found");
    expect(needs(true)).toBe("Elasticsearch 9.1.0 needs a JDK of version 21 or newer, and none was found");
  });

  it("names the JDK to install and the alternatives in one sentence", () => {
    expect(missingJdk({ major: 8, secured: false }).message).toMatch(
      /^Elasticsearch 8\.19\.0 needs a JDK of version 17 .*openjdk-17-jdk-headless.*ELASTICSEARCH_URL/,
    );
  });
});
