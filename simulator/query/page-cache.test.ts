import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { PageCache, RenderedBody } from "./page-cache.ts";

test("a body gives the same text plain and compressed, whichever is asked first", () => {
  const body = new RenderedBody("äöü ".repeat(500));

  const compressed = body.gzip();

  expect(gunzipSync(compressed).toString()).toBe("äöü ".repeat(500));
  expect(body.plain().toString()).toBe("äöü ".repeat(500));
  expect(body.byteLength).toBe(compressed.length);
});

test("a page is kept while its tables stay as they are", () => {
  const cache = new PageCache(1000);
  const body = new RenderedBody("page");
  cache.set("query", "1", body);

  expect(cache.get("query", "1")).toBe(body);
  expect(cache.get("query", "2")).toBeUndefined();
  expect(cache.get("query", "1")).toBeUndefined();
});

test("the longest unused page goes when there are too many bytes", () => {
  const cache = new PageCache(250);
  for (const key of ["a", "b"]) cache.set(key, "1", new RenderedBody("x".repeat(100)));
  cache.get("a", "1");
  cache.set("c", "1", new RenderedBody("x".repeat(100)));

  expect(cache.get("a", "1")).toBeDefined();
  expect(cache.get("b", "1")).toBeUndefined();
  expect(cache.get("c", "1")).toBeDefined();
});
