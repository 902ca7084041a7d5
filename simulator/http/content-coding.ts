import { deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import type { HttpResponse } from "./message.ts";
import { RenderedBody } from "./rendered-body.ts";

// "Compression Headers" of the REST API: requests and responses in gzip or deflate. Salesforce also documents br and zstd for responses; this
// server answers in gzip instead, which every client that sends these codings accepts too.

type Coding = "gzip" | "deflate";

export type DecodedBody =
  { readonly kind: "bytes"; readonly bytes: Buffer } | { readonly kind: "unknown coding" | "broken" | "too large" };

/** Decompresses the body of a request. */
export function decodeBody(body: Buffer, contentEncoding: string | undefined, maxBytes: number): DecodedBody {
  const coding = contentEncoding?.trim().toLowerCase() ?? "identity";
  if (coding === "identity" || coding === "") return { kind: "bytes", bytes: body };
  if (coding !== "gzip" && coding !== "deflate") return { kind: "unknown coding" };
  try {
    const decode = coding === "gzip" ? gunzipSync : inflateSync;
    return { kind: "bytes", bytes: decode(body, { maxOutputLength: maxBytes }) };
  } catch (error) {
    const tooLarge = error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    return { kind: tooLarge ? "too large" : "broken" };
  }
}

export interface EncodedBody {
  readonly bytes: Buffer;
  readonly coding: Coding | undefined;
}

const worthCompressing = 1024;

/** Compresses the body of a response if the client accepts it. Does not change a buffer, which may be compressed already. */
export function encodeBody({ body, headers }: HttpResponse, acceptEncoding: string | undefined): EncodedBody {
  if (body === undefined) return { bytes: Buffer.alloc(0), coding: undefined };
  if (Buffer.isBuffer(body)) {
    return { bytes: body, coding: headers?.["content-encoding"] === "gzip" ? "gzip" : undefined };
  }
  const coding = acceptedCoding(acceptEncoding);
  if (body instanceof RenderedBody) {
    if (coding === "gzip") return { bytes: body.gzip(), coding };
    return coded(body.plain(), coding);
  }
  const bytes = Buffer.from(body);
  return coded(bytes, bytes.length > worthCompressing ? coding : undefined);
}

function coded(bytes: Buffer, coding: Coding | undefined): EncodedBody {
  if (coding === undefined) return { bytes, coding };
  return { bytes: coding === "gzip" ? gzipSync(bytes, { level: 1 }) : deflateSync(bytes, { level: 1 }), coding };
}

/** gzip is preferred to deflate. A coding with `q=0` is not accepted. */
function acceptedCoding(acceptEncoding = ""): Coding | undefined {
  const accepted = new Set(
    acceptEncoding
      .split(",")
      .filter((part) => !/;\s*q=0(?:\.0*)?\s*$/iu.test(part))
      .map((part) => (part.split(";")[0] ?? "").trim().toLowerCase()),
  );
  if (accepted.has("gzip")) return "gzip";
  return accepted.has("deflate") ? "deflate" : undefined;
}
