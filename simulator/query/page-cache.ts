import type { RenderedBody } from "../http/rendered-body.ts";

/** A least-recently-used cache of rendered pages. */
export class PageCache {
  readonly #entries = new Map<string, { readonly version: string; readonly body: RenderedBody }>();
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Returns undefined if the version differs, because then one of the page's tables has changed. */
  get(key: string, version: string): RenderedBody | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (entry.version !== version) return undefined;
    this.#entries.set(key, entry);
    return entry.body;
  }

  set(key: string, version: string, body: RenderedBody): void {
    this.#entries.delete(key);
    this.#entries.set(key, { version, body });
    this.#shrink();
  }

  clear(): void {
    this.#entries.clear();
  }

  #shrink(): void {
    // Compression shrinks cached bodies later, so a running total would be wrong.
    let bytes = 0;
    for (const { body } of this.#entries.values()) bytes += body.byteLength;
    for (const [key, { body }] of this.#entries) {
      if (bytes <= this.#maxBytes) return;
      bytes -= body.byteLength;
      this.#entries.delete(key);
    }
  }
}
