const escapeSequence = /\\(u[0-9A-Fa-f]{4}|.)/gsu;
const namedEscapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

/** Removes the quotes of a string token and resolves its escape sequences. */
export function unquote(token: string): string {
  return token.slice(1, -1).replaceAll(escapeSequence, (_, escape: string) => resolveEscape(escape));
}

function resolveEscape(escape: string): string {
  if (escape.length > 1) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
  return namedEscapes[escape.toLowerCase()] ?? escape;
}

/**
 * The LIKE pattern for SQL, with the backslash as escape character. `%` and `_` are wildcards unless they are escaped; other escape
 * sequences are resolved.
 */
export function likePattern(raw: string): string {
  return raw.replaceAll(escapeSequence, (_, escape: string) => {
    const character = resolveEscape(escape);
    return "%_\\".includes(character) ? `\\${character}` : character;
  });
}
