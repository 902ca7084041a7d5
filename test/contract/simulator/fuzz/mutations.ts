import type { Random } from "../../../../simulator/core/random.ts";

const fragments = [
  "(",
  ")",
  "'",
  "\\",
  "\\'",
  ",",
  " AND ",
  " OR ",
  " NOT ",
  " IN ",
  " LIKE ",
  "null",
  "TODAY",
  "LAST_N_DAYS:99999999",
  "LIMIT 0",
  "LIMIT -1",
  "OFFSET 2001",
  "GROUP BY",
  "HAVING",
  "COUNT()",
  "SELECT",
  "FROM",
  "WHERE",
  "ORDER BY",
  "FIELDS(ALL)",
  "TYPEOF What WHEN Account THEN Id END",
  "1e309",
  "-",
  "--",
  ";",
  "/*",
  "*/",
  "0x1",
  "\u0000",
  "😀",
  "ı",
  "'; DROP TABLE Account; --",
  '" OR 1=1 --',
  "UNION SELECT",
  "Owner.",
  ".Name",
  "a.b.c.d.e.f.g",
  "9999-99-99",
  "2020-01-01T25:00:00Z",
  "USING SCOPE mine",
  "FOR VIEW",
  "ALL ROWS",
  "WITH SECURITY_ENFORCED",
  ":x",
  "''",
  "'%'",
  "\\u12",
  "DISTANCE(Id, GEOLOCATION(1,1), 'km')",
  "(SELECT Id FROM Contacts)",
] as const;

/** Removes, repeats, swaps and inserts parts of a statement. The result may still be correct. */
export function mutated(text: string, random: Random): string {
  let result = text;
  for (let count = random.between(1, 3); count > 0; count -= 1) result = mutateOnce(result, random);
  return result;
}

function mutateOnce(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  switch (random.below(6)) {
    case 0:
      return text.slice(0, at) + text.slice(at + random.between(1, 8));
    case 1:
      return text.slice(0, at) + random.pick(fragments) + text.slice(at);
    case 2:
      return text.slice(0, at);
    case 3:
      return text.slice(0, at) + String.fromCharCode(random.between(1, 0x2fff)) + text.slice(at + 1);
    case 4: {
      const words = text.split(" ");
      const first = random.below(words.length);
      const second = random.below(words.length);
      [words[first], words[second]] = [words[second] ?? "", words[first] ?? ""];
      return words.join(" ");
    }
    default: {
      const end = Math.min(text.length, at + random.between(1, 30));
      return text.slice(0, end) + text.slice(at, end) + text.slice(end);
    }
  }
}
