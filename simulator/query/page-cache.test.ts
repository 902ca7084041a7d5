import { expect, test } from "vitest";
import { RenderedBody } from "../http/rendered-body.ts";
import { PageCache } from "./page-cache.ts";

test("a page is cached until its version changes", () => {
  const cache = new PageCache(1000);
  const body = new RenderedBody("page");
  cache.set("query", "1", body);

  expect(cache.get("query", "1")).toBe(body);
  expect(cache.get("query", "2")).toBeUndefined();
  expect(cache.get("query", "1")).toBeUndefined();
});

test("the least recently used page is removed when the cache is full", () => {
  const cache = new PageCache(250);
  for (const key of ["a", "b"]) cache.set(key, "1", new RenderedBody("x".repeat(100)));
  cache.get("a", "1");
  cache.set("c", "1", new RenderedBody("x".repeat(100)));

  expect(cache.get("a", "1")).toBeDefined();
  expect(cache.get("b", "1")).toBeUndefined();
  expect(cache.get("c", "1")).toBeDefined();
});
