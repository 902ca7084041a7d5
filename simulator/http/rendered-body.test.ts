import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { RenderedBody } from "./rendered-body.ts";

test("a body has the same text plain and compressed, in any order", () => {
  const body = new RenderedBody("äöü ".repeat(500));

  const compressed = body.gzip();

  expect(gunzipSync(compressed).toString()).toBe("äöü ".repeat(500));
  expect(body.plain().toString()).toBe("äöü ".repeat(500));
  expect(body.byteLength).toBe(compressed.length);
});
