import type { estypes } from "@elastic/elasticsearch";
import { afterAll, describe, expect, inject, it } from "vitest";
import { deleteIndices, elasticsearchClient, uniqueIndexPrefix } from "../../support/elasticsearch.ts";

const client = elasticsearchClient();
const prefix = uniqueIndexPrefix();

afterAll(async () => {
  await deleteIndices(client, prefix);
  await client.close();
});

async function tokens(request: estypes.IndicesAnalyzeRequest): Promise<string[]> {
  const { tokens: found = [] } = await client.indices.analyze(request);
  return found.map(({ token }) => token);
}

/** A title, the definition in an analyzer, a text, and the resulting tokens. */
type Case<Piece> = [string, [piece: Piece, text: string, tokens: string[]]];

/** Each piece by the options that Elasticsearch documents for it: text in, tokens out. */
const filtered: readonly Case<estypes.AnalysisTokenFilter>[] = [
  ["lowercase", ["lowercase", "ÄRGER Acme", ["ärger", "acme"]]],
  ["lowercase for Turkish", [{ type: "lowercase", language: "turkish" }, "ISPARTA", ["ısparta"]]],
  ["asciifolding", ["asciifolding", "Café Zürich", ["Cafe", "Zurich"]]],
  ["asciifolding with the original", [{ type: "asciifolding", preserve_original: true }, "Café", ["Cafe", "Café"]]],
  ["stemmer, English unless told otherwise", [{ type: "stemmer" }, "running caresses", ["run", "caress"]]],
  ["stemmer light_english", [{ type: "stemmer", language: "light_english" }, "running", ["running"]]],
  ["stemmer minimal_english", [{ type: "stemmer", language: "minimal_english" }, "companies", ["company"]]],
  ["stemmer possessive_english", [{ type: "stemmer", language: "possessive_english" }, "Acme's", ["Acme"]]],
  ["stemmer german", [{ type: "stemmer", language: "german" }, "häuser", ["haus"]]],
  ["stemmer light_german", [{ type: "stemmer", language: "light_german" }, "häuser", ["haus"]]],
  ["stemmer minimal_german", [{ type: "stemmer", language: "minimal_german" }, "bücher", ["buch"]]],
  ["stemmer french", [{ type: "stemmer", language: "french" }, "continuellement", ["continuel"]]],
  ["stemmer light_french", [{ type: "stemmer", language: "light_french" }, "chevaux", ["cheval"]]],
  ["stemmer minimal_french", [{ type: "stemmer", language: "minimal_french" }, "chevaux", ["cheval"]]],
  ["stemmer light_spanish", [{ type: "stemmer", language: "light_spanish" }, "chicas", ["chic"]]],
  ["stemmer light_italian", [{ type: "stemmer", language: "light_italian" }, "ragazze", ["ragazz"]]],
  ["stemmer light_portuguese", [{ type: "stemmer", language: "light_portuguese" }, "meninas", ["menin"]]],
  ["stemmer minimal_portuguese", [{ type: "stemmer", language: "minimal_portuguese" }, "meninas", ["menina"]]],
  ["stemmer dutch", [{ type: "stemmer", language: "dutch" }, "fietsen", ["fiets"]]],
  ["edge_ngram", [{ type: "edge_ngram", min_gram: 2, max_gram: 4 }, "acme", ["ac", "acm", "acme"]]],
  ["edge_ngram from one to two characters by default", ["edge_ngram", "acme", ["a", "ac"]]],
  ["edge_ngram from the back", [{ type: "edge_ngram", max_gram: 2, side: "back" }, "acme", ["e", "me"]]],
  ["ngram", [{ type: "ngram", min_gram: 2, max_gram: 3 }, "acme", ["ac", "acm", "cm", "cme", "me"]]],
  [
    "ngram with the original",
    [{ type: "ngram", min_gram: 3, max_gram: 3, preserve_original: true }, "acmes", ["acm", "cme", "mes", "acmes"]],
  ],
  ["word_delimiter_graph", ["word_delimiter_graph", "Wi-Fi2 PowerShot's", ["Wi", "Fi", "2", "Power", "Shot"]]],
  [
    "word_delimiter_graph with the original and joined parts",
    [
      { type: "word_delimiter_graph", preserve_original: true, catenate_all: true },
      "Wi-Fi",
      ["Wi-Fi", "WiFi", "Wi", "Fi"],
    ],
  ],
  [
    "word_delimiter_graph with its switches off",
    [
      {
        type: "word_delimiter_graph",
        split_on_case_change: false,
        split_on_numerics: false,
        stem_english_possessive: false,
      },
      "PowerShot2 o'neil's",
      ["PowerShot2", "o", "neil", "s"],
    ],
  ],
  [
    "word_delimiter_graph with protected words",
    [{ type: "word_delimiter_graph", protected_words: ["Wi-Fi"] }, "Wi-Fi a-b", ["Wi-Fi", "a", "b"]],
  ],
  ["word_delimiter", ["word_delimiter", "super-duper500", ["super", "duper", "500"]]],
  [
    "pattern_capture",
    [
      { type: "pattern_capture", patterns: ["([^@]+)"] },
      "ada@acme.example",
      ["ada@acme.example", "ada", "acme.example"],
    ],
  ],
  ["cjk_width", ["cjk_width", "Ａｃｍｅ ｶﾞ", ["Acme", "ガ"]]],
  ["trim", ["trim", "acme", ["acme"]]],
  ["truncate to ten characters by default", ["truncate", "abcdefghijklmn", ["abcdefghij"]]],
  ["truncate", [{ type: "truncate", length: 3 }, "abcdef", ["abc"]]],
  ["elision with the French articles by default", ["elision", "l'avion d'art", ["avion", "art"]]],
  ["elision", [{ type: "elision", articles: ["L"], articles_case: true }, "l'avion m'art", ["avion", "m'art"]]],
  ["unique", ["unique", "a b a c b", ["a", "b", "c"]]],
  ["reverse", ["reverse", "acme", ["emca"]]],
  ["length", [{ type: "length", min: 2, max: 3 }, "a bb ccc dddd", ["bb", "ccc"]]],
];

describe.runIf(inject("elasticsearchOrigin") === "embedded")("token filters", () => {
  it.each(filtered)("%s", async (_name, [filter, text, expected]) => {
    expect(await tokens({ tokenizer: "whitespace", filter: [filter], text })).toEqual(expected);
  });

  it("cjk_bigram pairs characters, and adds single ones on demand", async () => {
    const text = "東京都";

    expect(await tokens({ tokenizer: "standard", filter: ["cjk_bigram"], text })).toEqual(["東京", "京都"]);
    const withUnigrams = { type: "cjk_bigram", output_unigrams: true } as const;
    expect(await tokens({ tokenizer: "standard", filter: [withUnigrams], text })).toEqual([
      "東",
      "東京",
      "京",
      "京都",
      "都",
    ]);
    const withoutHan: estypes.AnalysisTokenFilter = { type: "cjk_bigram", ignored_scripts: ["han"] };
    expect(await tokens({ tokenizer: "standard", filter: [withoutHan], text })).toEqual(["東", "京", "都"]);
  });

  it("trim takes the spaces that a tokenizer left", async () => {
    expect(await tokens({ tokenizer: "keyword", filter: ["trim"], text: "  acme corp " })).toEqual(["acme corp"]);
  });

  it("unique at the same position keeps repetitions elsewhere", async () => {
    const filter = [
      { type: "asciifolding", preserve_original: true },
      { type: "unique", only_on_same_position: true },
    ] as const;

    expect(await tokens({ tokenizer: "whitespace", filter: [...filter], text: "a a" })).toEqual(["a", "a"]);
  });

  it.each<[string, estypes.AnalysisTokenFilter, RegExp]>([
    ["an unknown language of a stemmer", { type: "stemmer", language: "klingon" }, /klingon/],
    ["n-grams of lengths too far apart", { type: "ngram", min_gram: 1, max_gram: 5 }, /max_ngram_diff/],
    ["an elision without articles", { type: "elision" }, /articles/],
    ["a truncation to nothing", { type: "truncate", length: 0 }, /above 0/],
  ])("refuse %s", async (_name, filter, message) => {
    await expect(tokens({ tokenizer: "standard", filter: [filter], text: "a" })).rejects.toThrow(message);
  });
});

const tokenized: readonly Case<estypes.AnalysisTokenizer>[] = [
  ["keyword", ["keyword", "Acme Corp", ["Acme Corp"]]],
  ["whitespace", ["whitespace", "Acme, Corp", ["Acme,", "Corp"]]],
  ["whitespace with a longest token", [{ type: "whitespace", max_token_length: 3 }, "abcde", ["abc", "de"]]],
  ["letter", ["letter", "o'neil42b", ["o", "neil", "b"]]],
  ["pattern, at non-word characters by default", ["pattern", "a-b c", ["a", "b", "c"]]],
  ["pattern", [{ type: "pattern", pattern: "X", flags: "CASE_INSENSITIVE" }, "1x2X3", ["1", "2", "3"]]],
  ["pattern by group", [{ type: "pattern", pattern: '"([^"]*)"', group: 1 }, '"a b" c "d"', ["a b", "d"]]],
  ["ngram", [{ type: "ngram", min_gram: 2, max_gram: 2, token_chars: ["letter"] }, "ab1cd", ["ab", "cd"]]],
  [
    "edge_ngram",
    [
      { type: "edge_ngram", min_gram: 1, max_gram: 3, token_chars: ["letter", "digit"] },
      "ab1-c",
      ["a", "ab", "ab1", "c"],
    ],
  ],
  [
    "edge_ngram with characters of one's own",
    [
      { type: "edge_ngram", min_gram: 2, max_gram: 2, token_chars: ["letter", "custom"], custom_token_chars: "-" },
      "a-b +c",
      ["a-"],
    ],
  ],
  ["path_hierarchy", ["path_hierarchy", "/a/b", ["/a", "/a/b"]]],
  ["uax_url_email", ["uax_url_email", "Ask ada@acme.com, now", ["Ask", "ada@acme.com", "now"]]],
  [
    "path_hierarchy reversed",
    [{ type: "path_hierarchy", delimiter: ".", reverse: true }, "a.b.c", ["a.b.c", "b.c", "c"]],
  ],
  [
    "path_hierarchy with another sign, after the first",
    [{ type: "path_hierarchy", delimiter: "-", replacement: "/", skip: 1 }, "a-b-c", ["/b", "/b/c"]],
  ],
];

describe.runIf(inject("elasticsearchOrigin") === "embedded")("tokenizers", () => {
  it.each(tokenized)("%s", async (_name, [tokenizer, text, expected]) => {
    expect(await tokens({ tokenizer, text })).toEqual(expected);
  });
});

const mapped: readonly Case<estypes.AnalysisCharFilter>[] = [
  ["html_strip", ["html_strip", "<p>I&apos;m <b>bold</b></p>", ["\nI'm bold\n"]]],
  ["html_strip but for some tags", [{ type: "html_strip", escaped_tags: ["b"] }, "<i>a</i><b>c</b>", ["a<b>c</b>"]]],
  ["mapping", [{ type: "mapping", mappings: ["& => and", "\\u00e4 => ae", ":) => \\n"] }, "a&ä:)", ["aandae\n"]]],
  ["pattern_replace", [{ type: "pattern_replace", pattern: "(\\d+)-(?=\\d)", replacement: "$1_" }, "1-2-3", ["1_2_3"]]],
];

describe.runIf(inject("elasticsearchOrigin") === "embedded")("character filters", () => {
  it.each(mapped)("%s", async (_name, [filter, text, expected]) => {
    expect(await tokens({ tokenizer: "keyword", char_filter: [filter], text })).toEqual(expected);
  });

  it.each<[string, estypes.AnalysisCharFilter, RegExp]>([
    ["a mapping without an arrow", { type: "mapping", mappings: ["a b"] }, /key => value/],
    ["a replacement without a pattern", { type: "pattern_replace", pattern: "" }, /pattern/],
  ])("refuse %s", async (_name, filter, message) => {
    await expect(tokens({ tokenizer: "keyword", char_filter: [filter], text: "a" })).rejects.toThrow(message);
  });
});

describe.runIf(inject("elasticsearchOrigin") === "embedded")("an index", () => {
  it("finds a keyword regardless of its case and accents, by a normalizer", async () => {
    const index = `${prefix}normalizer`;
    const normalizer = {
      type: "custom",
      char_filter: [{ type: "mapping", mappings: ["ß => ss"] }],
      filter: ["lowercase", "asciifolding", "trim"],
    };
    await client.indices.create({
      index,
      settings: {
        analysis: {
          char_filter: { eszett: { type: "mapping", mappings: ["ß => ss"] } },
          normalizer: { folded: { ...normalizer, type: "custom", char_filter: ["eszett"] } },
        },
      },
      mappings: {
        properties: {
          folded: { type: "keyword", normalizer: "folded" },
          lowered: { type: "keyword", normalizer: "lowercase" },
        },
      },
    });
    await client.index({ index, document: { folded: " Café STRAßE", lowered: "ACME" }, refresh: true });

    const byFolded = await client.count({ index, query: { term: { folded: "cafe strasse" } } });
    const byLowered = await client.count({ index, query: { term: { lowered: "Acme" } } });

    expect([byFolded.count, byLowered.count]).toEqual([1, 1]);
  });

  it("accepts the analysis of one of Kibana's search indices", async () => {
    const index = `${prefix}kibana-shape`;
    const delimiter = {
      type: "word_delimiter_graph",
      split_on_numerics: true,
      generate_word_parts: true,
      preserve_original: false,
      catenate_words: true,
      generate_number_parts: true,
      catenate_all: true,
      split_on_case_change: true,
      stem_english_possessive: true,
    } as const;
    await client.indices.create({
      index,
      settings: {
        analysis: {
          filter: {
            front_ngram: { type: "edge_ngram", min_gram: 1, max_gram: 12 },
            bigram_joiner: { type: "shingle", token_separator: "", max_shingle_size: 2, output_unigrams: false },
            bigram_max_size: { type: "length", max: 16, min: 0 },
            en_stem: { type: "stemmer", language: "light_english" },
            en_stop: { type: "stop", stopwords: "_english_" },
            delimiter,
          },
          analyzer: {
            base: {
              type: "custom",
              tokenizer: "standard",
              filter: ["cjk_width", "lowercase", "asciifolding", "en_stop", "en_stem", "cjk_bigram"],
            },
            prefix: {
              type: "custom",
              tokenizer: "standard",
              filter: ["cjk_width", "lowercase", "asciifolding", "front_ngram"],
            },
            joined: {
              type: "custom",
              tokenizer: "standard",
              filter: ["cjk_width", "lowercase", "asciifolding", "bigram_joiner", "bigram_max_size"],
            },
            delimited: {
              type: "custom",
              tokenizer: "whitespace",
              filter: ["delimiter", "cjk_width", "lowercase", "asciifolding", "en_stop", "en_stem"],
            },
          },
        },
      },
      mappings: {
        properties: {
          text: {
            type: "text",
            analyzer: "base",
            fields: {
              prefix: { type: "text", analyzer: "prefix", search_analyzer: "base", index_options: "docs" },
              joined: { type: "text", analyzer: "joined" },
              delimited: { type: "text", analyzer: "delimited", index_options: "freqs" },
            },
          },
        },
      },
    });
    await client.index({ index, document: { text: "The Universal Containers' PowerGrid-3000" }, refresh: true });

    const found = await Promise.all(
      [
        { match: { text: "container" } },
        { match: { "text.prefix": "univ" } },
        { match: { "text.joined": "the universal" } },
        { match: { "text.delimited": "grid" } },
      ].map((query) => client.count({ index, query })),
    );

    expect(found.map(({ count }) => count)).toEqual([1, 1, 1, 1]);
  });
});
