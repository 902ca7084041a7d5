export interface Hit {
  type: string;
  title: string;
  url: string;
  /** The best fragment, with « and » around the found words. */
  fragment: string;
}

interface SearchAnswer {
  hits: {
    hits: { _source: { object_type: string; title: string; url: string }; highlight?: Record<string, string[]> }[];
  };
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
export async function search(elasticsearchUrl: string, index: string, words: string): Promise<Hit[]> {
  const answer = await fetch(`${elasticsearchUrl}/${index}/_search`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
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
    }),
  });
  if (!answer.ok) throw new Error(`The search failed with ${answer.status}: ${await answer.text()}`);
  const { hits } = (await answer.json()) as SearchAnswer;
  return hits.hits.map(({ _source, highlight }) => ({
    type: _source.object_type,
    title: _source.title,
    url: _source.url,
    fragment: Object.values(highlight ?? {})[0]?.[0]?.replaceAll(/\s+/g, " ") ?? "",
  }));
}
