import type { HttpRequest, HttpResponse } from "./message.ts";

/** The path segments that match the `:name` and `*name` parts of a pattern. */
export type PathParts = Readonly<Record<string, string>>;

/** In a pattern, `:name` matches one segment, and `*name` at the end matches all remaining segments. */
export interface Route<Context> {
  readonly method: string;
  readonly pattern: string;
  readonly handle: (request: HttpRequest, parts: PathParts, context: Context) => HttpResponse;
}

/** `method` if the path has routes for other methods only. */
export type RouterResult<Context> =
  | { readonly kind: "route"; readonly route: Route<Context>; readonly parts: PathParts }
  | { readonly kind: "method"; readonly allowed: readonly string[] }
  | { readonly kind: "nothing" };

export class Router<Context> {
  readonly #routes: readonly { readonly route: Route<Context>; readonly segments: readonly string[] }[];

  constructor(routes: readonly Route<Context>[]) {
    this.#routes = routes.map((route) => ({ route, segments: route.pattern.split("/") }));
  }

  find(method: string, path: string): RouterResult<Context> {
    const segments = path.replace(/\/+$/u, "").split("/");
    const allowed: string[] = [];
    for (const { route, segments: pattern } of this.#routes) {
      const parts = match(pattern, segments);
      if (parts === undefined) continue;
      if (route.method === method || (method === "HEAD" && route.method === "GET"))
        return { kind: "route", route, parts };
      allowed.push(route.method);
    }
    return allowed.length === 0 ? { kind: "nothing" } : { kind: "method", allowed };
  }
}

function match(pattern: readonly string[], segments: readonly string[]): PathParts | undefined {
  const parts: Record<string, string> = {};
  for (const [index, wanted] of pattern.entries()) {
    if (wanted.startsWith("*")) {
      parts[wanted.slice(1)] = segments.slice(index).join("/");
      return parts;
    }
    const segment = segments[index];
    if (segment === undefined) return undefined;
    if (wanted.startsWith(":")) {
      if (segment === "") return undefined;
      parts[wanted.slice(1)] = segment;
    } else if (wanted.toLowerCase() !== segment.toLowerCase()) return undefined;
  }
  return pattern.length === segments.length ? parts : undefined;
}
