// `npm run generate`: writes the pages that follow from the source.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generatedPages } from "./pages.ts";

const root = join(import.meta.dirname, "..");
for (const { path, content } of await generatedPages(root)) await writeFile(join(root, path), content);
