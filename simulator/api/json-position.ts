const tokenPattern =
  /\s*(?:(?<text>"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*")|(?<plain>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|(?<mark>[{}[\],:]))/uy;

type State = "value" | "value or end" | "key" | "key or end" | "colon" | "comma or end" | "end";
type Step = State | "open" | "close" | "comma" | "after value";

const valueSteps: Readonly<Record<string, Step>> = {
  text: "after value",
  plain: "after value",
  "{": "open",
  "[": "open",
};

/** The effect of each token in each state. A token without a step is unexpected. */
const steps: Readonly<Record<State, Readonly<Record<string, Step>>>> = {
  value: valueSteps,
  "value or end": { ...valueSteps, "]": "close" },
  key: { text: "colon" },
  "key or end": { text: "colon", "}": "close" },
  colon: { ":": "value" },
  "comma or end": { ",": "comma", "}": "close", "]": "close" },
  end: {},
};

const opening: Readonly<Record<string, string>> = { "}": "{", "]": "[" };

/** The offset of the first unexpected token of an invalid JSON text, or the offset of its end. */
export function jsonErrorOffset(text: string): number {
  const open: string[] = [];
  let state: State = "value";
  let at = 0;
  for (;;) {
    tokenPattern.lastIndex = at;
    const groups = tokenPattern.exec(text)?.groups ?? {};
    const token = groups["mark"] ?? (groups["text"] === undefined ? "plain" : "text");
    const written = groups["mark"] ?? groups["text"] ?? groups["plain"];
    const next: State | undefined = written === undefined ? undefined : follow(token, state, open);
    if (next === undefined) return at + (/^\s*/u.exec(text.slice(at))?.[0].length ?? 0);
    state = next;
    at = tokenPattern.lastIndex;
  }
}

/** Returns the state after a token, or undefined if the token is unexpected. Updates the list of open objects and lists. */
function follow(token: string, state: State, open: string[]): State | undefined {
  const step = steps[state][token];
  switch (step) {
    case "open":
      open.push(token);
      return token === "{" ? "key or end" : "value or end";
    case "comma":
      return open.at(-1) === "{" ? "key" : "value";
    case "close":
      if (open.pop() !== opening[token]) return undefined;
      return open.length === 0 ? "end" : "comma or end";
    case "after value":
      return open.length === 0 ? "end" : "comma or end";
    default:
      return step;
  }
}

/** `[line:1, column:2]` for the character before the offset. Salesforce's JSON parser counts from 1 and points after the character. */
export function jsonPosition(text: string, offset: number): string {
  const lines = text.slice(0, offset).split("\n");
  return `[line:${lines.length}, column:${(lines.at(-1)?.length ?? 0) + 1}]`;
}
