const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const suffixes = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
const idPattern = /^[0-9A-Za-z]{15}(?:[A-Z0-5]{3})?$/u;

/**
 * The three check characters of a 15-character id, one for each five characters. The bits of a check character mark the upper-case letters
 * among the five (Salesforce, "15-character and 18-character IDs").
 */
export function checkCharacters(id15: string): string {
  let suffix = "";
  for (let block = 0; block < 3; block += 1) {
    let bits = 0;
    for (let position = 0; position < 5; position += 1) {
      const code = id15.charCodeAt(block * 5 + position);
      if (code >= 65 && code <= 90) bits |= 1 << position;
    }
    suffix += suffixes.charAt(bits);
  }
  return suffix;
}

/** Returns undefined if the id does not have 15 or 18 characters, contains invalid characters, or has wrong check characters. */
export function toId18(id: string): string | undefined {
  if (!idPattern.test(id)) return undefined;
  const id15 = id.slice(0, 15);
  const suffix = checkCharacters(id15);
  return id.length === 15 || id.slice(15) === suffix ? id15 + suffix : undefined;
}

/**
 * The id of an object's nth row. Serial numbers are permuted within blocks of 64, so that results without ORDER BY are not ordered by id.
 * Clients that rely on that order fail in tests.
 */
export function recordId(prefix: string, serial: number): string {
  let rest = (serial & ~63) | ((serial * 37 + 11) & 63);
  let tail = "";
  for (let digit = 0; digit < 6; digit += 1) {
    tail = alphabet.charAt(rest % 62) + tail;
    rest = Math.floor(rest / 62);
  }
  const id15 = `${prefix}Fk0000${tail}`;
  return id15 + checkCharacters(id15);
}
