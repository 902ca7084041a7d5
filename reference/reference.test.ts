import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../src/config/load-config.ts";
import { settingsOfEntry } from "../src/app/sync-settings.ts";
import { allErrors } from "./error-reference.ts";
import { stalePages } from "./pages.ts";
import { allSettings } from "./settings.ts";

const root = join(import.meta.dirname, "..");

describe("the generated pages", () => {
  it("match the source; `npm run generate` updates them", async () => {
    expect(await stalePages(root)).toEqual([]);
  });

  it("describe every setting that has an effect", () => {
    const undescribed = allSettings().filter(({ description, unused }) => description === "" && unused === undefined);

    expect(undescribed.map(({ path }) => path)).toEqual([]);
  });

  it("give an example that is valid once the environment is set", () => {
    const environment = {
      ELASTICSEARCH_API_KEY: "key",
      SALESFORCE_DOMAIN: "acme",
      SALESFORCE_CLIENT_ID: "id",
      SALESFORCE_CLIENT_SECRET: "secret",
    };
    const { config, warnings } = parseConfig(readFileSync(join(root, "config.example.yml"), "utf8"), {
      file: "config.example.yml",
      environment,
    });

    expect(warnings).toEqual([]);
    expect(config.connectors.map((entry) => settingsOfEntry(entry, config).configuration.domain)).toEqual(["acme"]);
  });

  it("give defaults in the example that are the defaults", () => {
    const environment = {
      ELASTICSEARCH_API_KEY: "key",
      SALESFORCE_DOMAIN: "acme",
      SALESFORCE_CLIENT_ID: "id",
      SALESFORCE_CLIENT_SECRET: "secret",
    };
    const example = readFileSync(join(root, "config.example.yml"), "utf8");
    const everything = example.replaceAll(
      /^# ((?!elasticsearch\.(host|api_key|username|password|ca_certs)|extraction_service)[a-z_]+(\.[a-z_]+)+: .+)$/gm,
      "$1",
    );

    const plain = parseConfig(example, { file: "a", environment }).config;
    const spelled = parseConfig(everything, { file: "b", environment }).config;

    expect(everything).not.toBe(example);
    expect(JSON.stringify(spelled)).toBe(JSON.stringify(plain));
  });
});

describe("the errors", () => {
  it("have a unique code and a meaning each", () => {
    const errors = allErrors(root);

    expect(errors.filter(({ code, meaning }) => code === "" || meaning === "")).toEqual([]);
    expect(new Set(errors.map(({ code }) => code)).size).toBe(errors.length);
    expect(errors.length).toBeGreaterThan(15);
  });
});

describe("the documents", () => {
  it("link only to existing files", () => {
    const pages = globSync(["*.md", "docs/**/*.md"], { cwd: root });
    const dead = pages.flatMap((page) =>
      [...readFileSync(join(root, page), "utf8").matchAll(/\]\((?<target>[^)\s]+)\)/g)]
        .map((match) => match.groups?.["target"] ?? "")
        .filter((target) => !/^(https?:|mailto:|#)/.test(target))
        .filter(
          (target) => globSync(normalize(join(dirname(page), target.split("#")[0] ?? "")), { cwd: root }).length === 0,
        )
        .map((target) => `${page} → ${target}`),
    );

    expect(dead).toEqual([]);
  });
});
