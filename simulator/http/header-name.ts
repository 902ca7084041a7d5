const irregular: Readonly<Record<string, string>> = {
  etag: "ETag",
  "sforce-numberofrecords": "Sforce-NumberOfRecords",
  "www-authenticate": "WWW-Authenticate",
};

/** Salesforce's spelling of a header over HTTP/1.1: `sforce-locator` → `Sforce-Locator`. Some clients compare names case-sensitively. */
export function headerName(name: string): string {
  return irregular[name] ?? name.replaceAll(/(?:^|-)[a-z]/gu, (start) => start.toUpperCase());
}
