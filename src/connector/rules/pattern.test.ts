import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilePattern, longestTestedText } from "./pattern.ts";

function matches(pattern: string, text: string): boolean {
  const { test, problem } = compilePattern(pattern);
  if (!test) throw new TypeError(problem);
  return test(text);
}

describe("a regular expression of a rule", () => {
  it.each([
    ["Acme", "Acme Corporation", true],
    ["Acme", "The Acme", false],
    ["Acme$", "Acme Corporation", false],
    [".*Corp", "Acme Corporation", true],
    ["^A.me", "Acme", true],
    ["A\\.me", "Acme", false],
    ["(Acme|Zeta) (GmbH|Ltd)", "Zeta Ltd", true],
    ["(?:Acme|Zeta)$", "Zeta Ltd", false],
    ["(?P<name>A)(?<other>c)", "Acme", true],
    ["[A-C]{2,3}$", "ABC", true],
    ["[A-C]{2,3}$", "ABCA", false],
    ["a{,2}$", "aaa", false],
    ["a{2}b{x}", "aab{x}", true],
    ["[^0-9]+$", "Acme", true],
    ["[]a-]+$", "a-]", true],
    ["\\d{3}-\\w+\\s\\S\\D\\W", "123-Bücher xy!", true],
    ["\\x41\\u0063\\t", "Ac\t", true],
    ["\\w+$", "Müller_9", true],
    ["(?i)acme", "ACME", true],
    ["(?i)[a-c]+É$", "ABCé", true],
    ["acme", "ACME", false],
    ["a.b", "a\nb", false],
    ["(?s)a.b", "a\nb", true],
    ["(?is)A.B", "a\nb", true],
    ["\\Aa\\bb?\\B", "a", false],
    ["a\\b", "a b", true],
    ["a\\Z", "ab", false],
    ["..$", "😀é", true],
    ["a+?b*?c??$", "aab", true],
    ["", "anything", true],
    ["(|a)*b", "aab", true],
    [".*\\bÜber\\b", "das Über-Ich", true],
    [".*\\bber", "das Über-Ich", false],
    ["M\\Bü\\Bller\\b$", "Müller", true],
    ["[^\\W\\d_]+$", "Öl日", true],
    ["[^\\W\\d_]+$", "Öl2", false],
    ["[\\s\\S]*z$", "a\n\u00A0😀z", true],
    ["[\\w.-]+@[^\\s@]+$", "j.müller-9@xn.example", true],
    ["[\\w.-]+@[^\\s@]+$", "j.müller-9@ xn", false],
    ["[\\D]\\d[^\\D]$", "a٣4", true],
    ["[[:a]+$", "[:a", true],
    ["[^]]\\{\\–}$", "a{–}", true],
    ["\\d{2}{$", "12{", true],
  ])("%j on %j: %s", (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  it.each([
    ["(a", "has a syntax error: missing closing )"],
    ["a)", "has a syntax error: unexpected )"],
    ["a)(b", "has a syntax error: unexpected )"],
    ["[a", "has a syntax error: missing closing ]"],
    ["[b-a]", "invalid character class range"],
    ["[a-\\d]", "invalid character class range: a-\\d"],
    ["*a", "missing argument to repetition operator"],
    ["{2}a", "missing argument to repetition operator"],
    ["a**", "invalid nested repetition operator"],
    ["a{3,2}", "invalid repeat count"],
    ["a{1001}", "invalid repeat count"],
    ["(a)\\1", "\\1: back-references are not supported"],
    ["(?=a)", "(? begins a group that is not supported"],
    ["(?<!a)b", "(? begins a group that is not supported"],
    ["\\q", "\\q is an unknown escape"],
    ["a\\", "trailing backslash at end of expression"],
    ["(a{1000}){1000}", "invalid repeat count"],
    // The product of the inner counts exceeds the largest number, times zero.
    [`${"(".repeat(40)}a${"{1000})".repeat(40)}{0}(a{1000}){1000}`, "invalid repeat count"],
    ["a".repeat(1001), "is longer than 1000 characters"],
  ])("refuses %.40j: %s", (pattern, problem) => {
    expect(compilePattern(pattern).problem).toContain(problem);
  });

  it.each(["(a+)+$", "(a|a)*$", "(a|ab|b)*c", "(.*)*x", "a*a*a*a*a*a*a*a*b", "((a?){15}){15}b"])(
    "needs linear time for %s",
    (pattern) => {
      // JavaScript's own engine would backtrack almost forever.
      expect(matches(pattern, `${"a".repeat(2000)}!`)).toBe(false);
    },
  );

  it("examines a text up to the length of Salesforce's longest field", () => {
    const long = "a".repeat(longestTestedText - 1);

    expect(matches("a*b", `${long}b`)).toBe(true);
    expect(matches("a*b", `${long}ab`)).toBe(false);
  });

  it.each([
    ["(?s)(.*){0,300}~~", "a"],
    ["((a?){15}){15}b", "a"],
    [`(?i).*\\b(${Array.from({ length: 40 }, (_, n) => `company ${n}x`).join("|")})\\b`, "company "],
    [".*a.{9}c", "ab aa bb"],
    [".*\\d{2,4}-\\w{3,6}~", "12-é日 "],
  ])("tests the longest text in less than 50 ms of processor time with %.30j", (pattern, repeated) => {
    const { test } = compilePattern(pattern);
    const text = repeated.repeat(longestTestedText / repeated.length);
    const before = process.threadCpuUsage();

    expect(test?.(text)).toBe(false);
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(50);
  });

  it.each([".*a.{20}b", "(?s)(.*a|.*b.b.){6}.{20}x", ".*@.{1,30}\\.com", "(?:\\w?){300}x"])(
    "refuses %s, which would have too large an automaton",
    (pattern) => {
      expect(compilePattern(pattern).problem).toContain("too complex");
    },
  );

  it("agrees with JavaScript's own expressions, from the first character on", () => {
    const { pattern } = fc.letrec<{ pattern: string; atom: string }>((tie) => ({
      atom: fc.oneof(
        { maxDepth: 1, withCrossShrink: true },
        fc.constantFrom("a", "b", "-", ".", "[ab]", "[^a]", "[a-c-]", "\\w", "\\W", "^", "$", "\\b", "\\B", "\\d"),
        tie("pattern").map((inner) => `(${inner})`),
      ),
      pattern: fc
        .array(
          fc
            .tuple(tie("atom"), fc.constantFrom("", "", "*", "+", "?", "{2}", "{1,}", "{0,2}", "*?", "|"))
            .map(([atom, count]) =>
              // JavaScript allows no count after an assertion, but after a group with one.
              count === "" || count === "|" ? `${atom}${count}` : `(?:${atom})${count}`,
            ),
          { maxLength: 4 },
        )
        .map((parts) => parts.join("")),
    }));

    fc.assert(
      fc.property(pattern, fc.string({ unit: fc.constantFrom("a", "b", "-", "1"), maxLength: 7 }), (tried, text) => {
        expect(matches(tried, text)).toBe(new RegExp(`^(?:${tried})`).test(text));
      }),
      { numRuns: 500 },
    );
  });

  it("knows the letters, digits and spaces of every language, and where words end", () => {
    const word = String.raw`[\p{L}\p{N}_]`;
    const inJavaScript: Record<string, string> = {
      "\\w": word,
      "\\W": String.raw`[^\p{L}\p{N}_]`,
      "\\d": String.raw`\p{Nd}`,
      "\\D": String.raw`\P{Nd}`,
      "\\s": String.raw`\s`,
      "\\S": String.raw`\S`,
      "\\b": `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`,
      "\\B": `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`,
      "[^\\W_]": String.raw`(?:(?!_)[\p{L}\p{N}_])`,
      "[\\D9]": String.raw`[\P{Nd}9]`,
      "[^\\s\\d]": String.raw`(?:(?!\s)\P{Nd})`,
      "[^é]": "[^é]",
      "[é-ü]": "[é-ü]",
      é: "é",
    };
    const part = fc.tuple(fc.constantFrom(...Object.keys(inJavaScript)), fc.constantFrom("", "*", "+", "?", "{2}"));
    const text = fc.string({
      unit: fc.constantFrom("a", "é", "_", " ", "9", "٣", "-", "日", "😀", "\n"),
      maxLength: 6,
    });

    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), text, (parts, tested) => {
        const pattern = parts.map(([atom, count]) => `(${atom})${count}`).join("");
        const expected = parts.map(([atom, count]) => `(?:${inJavaScript[atom]})${count}`).join("");

        expect(matches(pattern, tested)).toBe(new RegExp(`^(?:${expected})`, "u").test(tested));
      }),
      { numRuns: 150 },
    );
  });

  it("tests every text or reports a problem", () => {
    const pieces = fc.constantFrom(
      "a",
      "(",
      ")",
      "[",
      "]",
      "{",
      "}",
      ",",
      "2",
      "*",
      "?",
      "|",
      "\\",
      "^",
      "-",
      "(?i)",
      "😀",
    );

    fc.assert(
      fc.property(fc.string({ unit: pieces, maxLength: 12 }), fc.string(), (pattern, text) => {
        const { test, problem } = compilePattern(pattern);
        expect(test ? typeof test(text) : typeof problem).toBe(test ? "boolean" : "string");
      }),
      { numRuns: 500 },
    );
  });
});
