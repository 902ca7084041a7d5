import type { Client } from "@elastic/elasticsearch";

export interface Hit {
  type: string;
  title: string;
  url: string;
  /** The best fragment, with « and » around the found words. */
  fragment: string;
}

/** What is read of a document. */
interface Found {
  object_type: string;
  title: string;
  url: string;
}

const fields = [
  "title^3",
  "Name",
  "Subject",
  "Description",
  "body",
  "EmailMessages.records.TextBody",
  "CaseComments.records.CommentBody",
];

/** Searches an index for words, over records, e-mails and the text of files. */
export async function search(client: Client, index: string, words: string): Promise<Hit[]> {
  const { hits } = await client.search<Found>({
    index,
    size: 5,
    query: { multi_match: { query: words, fields, type: "most_fields" } },
    // The best hit of each type first, so that both records and files are shown.
    collapse: { field: "object_type" },
    highlight: {
      fields: { "*": {} },
      fragment_size: 110,
      number_of_fragments: 1,
      pre_tags: ["«"],
      post_tags: ["»"],
      require_field_match: false,
    },
    _source: ["object_type", "title", "url"],
  });
  return hits.hits.flatMap(({ _source: found, highlight }) => {
    if (found === undefined) return [];
    const fragment = Object.values(highlight ?? {})[0]?.[0]?.replaceAll(/\s+/g, " ") ?? "";
    return { type: found.object_type, title: found.title, url: found.url, fragment };
  });
}
