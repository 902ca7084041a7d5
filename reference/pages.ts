import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { configExample } from "./config-example.ts";
import { configReference } from "./config-reference.ts";
import { errorReference } from "./error-reference.ts";

/** A file that is generated from the source. */
export interface GeneratedPage {
  path: string;
  content: string;
}

/** Every generated file, formatted as it is committed. */
export async function generatedPages(root: string): Promise<GeneratedPage[]> {
  const pages = [
    { path: "config.example.yml", content: configExample() },
    { path: "docs/config.md", content: configReference() },
    { path: "docs/errors.md", content: errorReference(root) },
  ];
  return Promise.all(
    pages.map(async ({ path, content }) => {
      const filepath = join(root, path);
      return { path, content: await format(content, { ...(await resolveConfig(filepath)), filepath }) };
    }),
  );
}

/** Those that differ from what is committed. */
export async function stalePages(root: string): Promise<string[]> {
  const pages = await generatedPages(root);
  const committed = await Promise.all(pages.map(({ path }) => readFile(join(root, path), "utf8").catch(() => "")));
  return pages.filter(({ content }, position) => content !== committed[position]).map(({ path }) => path);
}
