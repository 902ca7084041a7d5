import { deflateSync, gzipSync, inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { decodeBody, encodeBody } from "./content-coding.ts";
import { RenderedBody } from "./rendered-body.ts";

describe("the body of a request", () => {
  const text = Buffer.from('{"Name":"x"}');

  test.each([
    ["gzip", gzipSync(text)],
    ["GZIP", gzipSync(text)],
    ["deflate", deflateSync(text)],
    ["identity", text],
    [undefined, text],
  ])("is decoded with Content-Encoding %s", (coding, body) => {
    expect(decodeBody(body, coding, 100)).toEqual({ kind: "bytes", bytes: text });
  });

  test.each([
    ["br", text, "unknown coding"],
    ["gzip, gzip", text, "unknown coding"],
    ["gzip", text, "broken"],
    ["gzip", gzipSync(text).subarray(0, 20), "broken"],
    ["gzip", gzipSync(Buffer.alloc(1_000_000)), "too large"],
  ])("with Content-Encoding %s can be invalid", (coding, body, kind) => {
    expect(decodeBody(body, coding, 1000)).toEqual({ kind });
  });
});

describe("the body of a response", () => {
  const long = "long ".repeat(1000);

  test.each([
    ["gzip, deflate, br", "gzip"],
    ["br;q=1.0, gzip;q=0.8", "gzip"],
    ["deflate", "deflate"],
    ["gzip;q=0, deflate", "deflate"],
    ["gzip; q=0.000", undefined],
    ["identity", undefined],
    ["xgzip", undefined],
    [undefined, undefined],
  ])("for Accept-Encoding %s is encoded as %s", (accepted, coding) => {
    expect(encodeBody({ status: 200, body: long }, accepted).coding).toBe(coding);
    expect(encodeBody({ status: 200, body: new RenderedBody(long) }, accepted).coding).toBe(coding);
  });

  test("can be inflated again", () => {
    expect(inflateSync(encodeBody({ status: 200, body: long }, "deflate").bytes).toString()).toBe(long);
  });

  test("is not compressed if it is short", () => {
    expect(encodeBody({ status: 200, body: "short" }, "gzip").coding).toBeUndefined();
  });
});
