import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import {
  constants,
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { Schema } from "../schema/schema.ts";
import { OrgDatabase } from "../storage/org-database.ts";

/** Which org, and where generated ones are kept. */
interface OrgChoice {
  readonly records: number;
  readonly seed: string;
  /** Folder of kept orgs, shared by any number of processes. */
  readonly cacheFolder: string;
}

/** Everything that a generated org depends on, so that a change of any of it makes a new one. */
const sources = ["core/random.ts", "generator/*.ts", "content/*.ts", "schema/**/*.ts", "storage/tables.ts"];
const root = join(import.meta.dirname, "..");

function sourcesHash(): string {
  const hash = createHash("sha256");
  const files = sources
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .filter((file) => !file.endsWith(".test.ts"));
  for (const file of files.sort()) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest("hex").slice(0, 16);
}

/** Above so many records another process generates, so that the memory that this takes is free again afterwards. */
const inProcess = 50_000;

function fileOf({ records, seed, cacheFolder }: OrgChoice): string {
  const seedHash = createHash("sha256").update(seed).digest("hex").slice(0, 8);
  return join(cacheFolder, `${records}-${seedHash}-${sourcesHash()}.sqlite`);
}

/** The file of that org, generated unless it was before. */
export async function keptOrg(choice: OrgChoice, schema: Schema): Promise<string> {
  const file = fileOf(choice);
  if (existsSync(file)) return file;
  if (choice.records <= inProcess) return makeKeptOrg(choice, schema);
  await generateElsewhere(choice);
  return file;
}

async function generateElsewhere({ records, seed, cacheFolder }: OrgChoice): Promise<void> {
  const script = join(import.meta.dirname, "generate-cached-org.ts");
  const child = spawn(process.execPath, [script, String(records), seed, cacheFolder], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (text: Buffer) => (errors += text.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`An org of ${records} records could not be generated: ${errors.trim()}`);
}

/**
 * Generates the org and keeps it. It is written under another name first: a process that dies on the way leaves no half org, and of two
 * that generate at once the later one replaces the earlier one's with the same bytes.
 */
export async function makeKeptOrg(choice: OrgChoice, schema: Schema): Promise<string> {
  const file = fileOf(choice);
  mkdirSync(choice.cacheFolder, { recursive: true });
  const unfinished = `${file}.${randomUUID()}.tmp`;
  // Loaded late: the word lists of names take a while to read, and a kept org needs none of them.
  const { generateOrg } = await import("./generate-org.ts");
  const database = new OrgDatabase(unfinished, { cacheMegabytes: 64 });
  try {
    generateOrg(database, schema, choice);
    database.close();
    renameSync(unfinished, file);
    removeOutdated(file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
  return file;
}

/** Orgs of the same size and seed that other sources made are of no use any more. */
function removeOutdated(file: string): void {
  const prefix = basename(file).replace(/-[^-]+$/u, "-");
  for (const name of readdirSync(dirname(file))) {
    if (name.startsWith(prefix) && name.endsWith(".sqlite") && name !== basename(file)) {
      rmSync(join(dirname(file), name), { force: true });
    }
  }
}

/** Opens a private copy of a kept org. The copy has no name any more once it is open, so nothing is left behind, however the process ends. */
export function openCopy(file: string, cacheMegabytes: number): OrgDatabase {
  const folder = mkdtempSync(join(tmpdir(), "simulator-"));
  const copy = join(folder, "org.sqlite");
  try {
    copyFileSync(file, copy, constants.COPYFILE_FICLONE);
    const database = new OrgDatabase(copy, { cacheMegabytes });
    database.number(`SELECT count(*) FROM "Organization"`);
    return database;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
