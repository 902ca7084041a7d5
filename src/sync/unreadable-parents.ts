import type { LinkedFile } from "./linked-files.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Records whose object could not be read this time, recognized by the first three characters of their ids, which name the object. Files
 * may hang on them without the run having seen it; what the index says of that is kept.
 */
export class UnreadableParents {
  readonly #prefixes: ReadonlySet<string>;
  readonly #run: RunContext;

  private constructor(prefixes: ReadonlySet<string>, run: RunContext) {
    this.#prefixes = prefixes;
    this.#run = run;
  }

  /** Looks at what the index holds of the objects that were not read to their end. */
  static async find(objects: readonly string[], run: RunContext): Promise<UnreadableParents> {
    const prefixes = new Set<string>();
    for (const object of objects.filter((name) => run.indexed.has(name))) {
      const id = await run.index.sampleId(object, run.signal);
      if (id !== undefined) prefixes.add(id.slice(0, 3));
    }
    return new UnreadableParents(prefixes, run);
  }

  /** The files with those records added that the index names and the run could not see. */
  async addKept(files: readonly LinkedFile[]): Promise<readonly LinkedFile[]> {
    const kept = await this.#keptRelations(files.map(({ file }) => file.id));
    return files.map(({ file, relatedIds }) => ({
      file,
      relatedIds: [...new Set([...relatedIds, ...(kept.get(file.id) ?? [])])].sort(),
    }));
  }

  /** The files that hang on none of those records, as far as the index knows. */
  async withoutKept(fileIds: readonly string[]): Promise<readonly string[]> {
    const kept = await this.#keptRelations(fileIds);
    return fileIds.filter((id) => !kept.has(id));
  }

  async #keptRelations(fileIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    if (this.#prefixes.size === 0) return new Map();
    const related = await this.#run.index.relatedIds(fileIds, this.#run.signal);
    const kept = [...related].map(
      ([id, ids]) => [id, ids.filter((record) => this.#prefixes.has(record.slice(0, 3)))] as const,
    );
    return new Map(kept.filter(([, ids]) => ids.length > 0));
  }
}
