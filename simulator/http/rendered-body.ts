import { gunzipSync, gzipSync } from "node:zlib";

/**
 * A response body that is sent several times. It is compressed once, for the first client that accepts gzip. Afterwards only the
 * compressed form is kept to save memory.
 */
export class RenderedBody {
  #plain: Buffer | undefined;
  #gzip: Buffer | undefined;

  constructor(text: string) {
    this.#plain = Buffer.from(text);
  }

  plain(): Buffer {
    return this.#plain ?? gunzipSync(this.#gzip ?? Buffer.alloc(0));
  }

  gzip(): Buffer {
    if (this.#gzip === undefined) {
      this.#gzip = gzipSync(this.plain(), { level: 1 });
      this.#plain = undefined;
    }
    return this.#gzip;
  }

  get byteLength(): number {
    return (this.#plain?.byteLength ?? 0) + (this.#gzip?.byteLength ?? 0);
  }
}
