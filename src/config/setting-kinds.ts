import { z } from "zod";
import { Secret } from "../core/secret.ts";

// The types of settings. Environment variables are text, so numbers and booleans are also parsed from text, in their exact form only. The
// message of a type names the allowed values, and the generated reference uses the same message.

/** Text; ids that look like numbers in YAML count as text. */
export function text(): z.ZodType<string> {
  return z.preprocess((value) => (typeof value === "number" ? String(value) : value), z.string("must be text"));
}

/** Text that is never printed. */
export function secret(): z.ZodType<Secret> {
  return text()
    .transform((value) => new Secret(value))
    .meta({ secret: true });
}

export function boolean(): z.ZodType<boolean> {
  const words: Record<string, boolean> = { true: true, false: false };
  return z.preprocess(
    (value) => (typeof value === "string" ? (words[value.toLowerCase()] ?? value) : value),
    z.boolean("must be true or false"),
  );
}

export function number(bounds: { min: number; max: number; whole?: boolean }): z.ZodType<number> {
  const allowed = `must be a ${bounds.whole === false ? "" : "whole "}number from ${bounds.min} to ${bounds.max}`;
  const range = z.number(allowed).min(bounds.min, allowed).max(bounds.max, allowed);
  return z.preprocess(
    (value) => (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value),
    bounds.whole === false ? range : range.int(allowed),
  );
}

/** An http or https URL without credentials, because URLs are shown and stored; a trailing slash makes no difference. */
export function url(): z.ZodType<string> {
  const isUrl = (value: string): boolean => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
  const hasCredentials = (value: string): boolean =>
    isUrl(value) && (new URL(value).username !== "" || new URL(value).password !== "");
  return text()
    .refine(isUrl, "must be a URL that starts with http:// or https://")
    .refine(
      (value) => !hasCredentials(value),
      "must be a URL without a user name and password; they have settings of their own",
    )
    .transform((value) => value.replace(/\/+$/, ""));
}

/** One of these words, in any case. */
export function word<const Words extends readonly [string, ...string[]]>(words: Words): z.ZodType<Words[number]> {
  return z.preprocess(
    (value) =>
      typeof value === "string" ? (words.find((known) => known.toLowerCase() === value.toLowerCase()) ?? value) : value,
    z.enum(words, `must be one of ${words.join(", ")}`),
  );
}
