import type { LinkedFile } from "./linked-files.ts";
import type { RunContext } from "./run-context.ts";

/**
 * The records of objects that this run could not read completely, recognized by the id prefix of their object. Files may be attached to them
 * without this run having seen it, so what the index says about such attachments is kept.
 */
export class UnreadableParents {
  readonly #prefixes: ReadonlySet<string>;
  readonly #run: RunContext;

  private constructor(prefixes: ReadonlySet<string>, run: RunContext) {
    this.#prefixes = prefixes;
    this.#run = run;
  }

  /** Finds the id prefixes of the incomplete objects in the index. */
  static async find(incompleteObjects: readonly string[], run: RunContext): Promise<UnreadableParents> {
    const prefixes = new Set<string>();
    for (const object of incompleteObjects.filter((name) => run.indexedTypes.has(name))) {
      const id = await run.index.sampleId(object, run.signal);
      if (id !== undefined) prefixes.add(id.slice(0, 3));
    }
    return new UnreadableParents(prefixes, run);
  }

  /** Adds the unreadable parents that the index names to the files. */
  async addTo(files: readonly LinkedFile[]): Promise<readonly LinkedFile[]> {
    const kept = await this.#parentsOf(files.map(({ file }) => file.id));
    return files.map(({ file, relatedIds }) => ({
      file,
      relatedIds: [...new Set([...relatedIds, ...(kept.get(file.id) ?? [])])].sort(),
    }));
  }

  /** The files that have no unreadable parent according to the index. */
  async filesWithout(fileIds: readonly string[]): Promise<readonly string[]> {
    const kept = await this.#parentsOf(fileIds);
    return fileIds.filter((id) => !kept.has(id));
  }

  async #parentsOf(fileIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    if (this.#prefixes.size === 0) return new Map();
    const related = await this.#run.index.relatedIds(fileIds, this.#run.signal);
    const kept = [...related].map(
      ([id, ids]) => [id, ids.filter((record) => this.#prefixes.has(record.slice(0, 3)))] as const,
    );
    return new Map(kept.filter(([, ids]) => ids.length > 0));
  }
}
