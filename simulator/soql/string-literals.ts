const escapeSequence = /\\(u[0-9A-Fa-f]{4}|.)/gsu;
const namedEscapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

/** The text of a string token: without quotes, escape sequences resolved. */
export function unquote(token: string): string {
  return token.slice(1, -1).replaceAll(escapeSequence, (_, escape: string) => resolveEscape(escape));
}

function resolveEscape(escape: string): string {
  if (escape.length > 1) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
  return namedEscapes[escape.toLowerCase()] ?? escape;
}

/**
 * The pattern of LIKE for SQL, with the backslash as its escape character. `%` and `_` stay wildcards unless they are escaped; any other
 * escape sequence stands for its character.
 */
export function likePattern(raw: string): string {
  return raw.replaceAll(escapeSequence, (_, escape: string) => {
    const character = resolveEscape(escape);
    return "%_\\".includes(character) ? `\\${character}` : character;
  });
}
