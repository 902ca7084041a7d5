const irregular: Readonly<Record<string, string>> = {
  etag: "ETag",
  "sforce-numberofrecords": "Sforce-NumberOfRecords",
  "www-authenticate": "WWW-Authenticate",
};

/** The name of a header as Salesforce writes it over HTTP/1.1: `sforce-locator` → `Sforce-Locator`. Some clients compare names with case. */
export function headerName(name: string): string {
  return irregular[name] ?? name.replaceAll(/(?:^|-)[a-z]/gu, (start) => start.toUpperCase());
}
