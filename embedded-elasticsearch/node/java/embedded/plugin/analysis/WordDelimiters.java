package embedded.plugin.analysis;

import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.CATENATE_ALL;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.CATENATE_NUMBERS;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.CATENATE_WORDS;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.GENERATE_NUMBER_PARTS;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.GENERATE_WORD_PARTS;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.IGNORE_KEYWORDS;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.PRESERVE_ORIGINAL;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.SPLIT_ON_CASE_CHANGE;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.SPLIT_ON_NUMERICS;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.STEM_ENGLISH_POSSESSIVE;

import java.util.Map;
import java.util.function.Function;

import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterIterator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;

/**
 * `word_delimiter_graph` and the older `word_delimiter`: "Wi-Fi2" becomes "Wi", "Fi", "2". A `type_table` is an error because it is not
 * supported.
 */
final class WordDelimiters {
    /** The switches with their defaults. Both filters use the same bits. */
    private static final Map<String, Switch> SWITCHES = Map.of(
        "generate_word_parts", new Switch(GENERATE_WORD_PARTS, true),
        "generate_number_parts", new Switch(GENERATE_NUMBER_PARTS, true),
        "catenate_words", new Switch(CATENATE_WORDS, false),
        "catenate_numbers", new Switch(CATENATE_NUMBERS, false),
        "catenate_all", new Switch(CATENATE_ALL, false),
        "split_on_case_change", new Switch(SPLIT_ON_CASE_CHANGE, true),
        "preserve_original", new Switch(PRESERVE_ORIGINAL, false),
        "split_on_numerics", new Switch(SPLIT_ON_NUMERICS, true),
        "stem_english_possessive", new Switch(STEM_ENGLISH_POSSESSIVE, true)
    );

    private WordDelimiters() {}

    private record Switch(int flag, boolean onByDefault) {}

    static AnalysisProvider<TokenFilterFactory> graph() {
        return (index, environment, name, settings) -> {
            int flags = flags(settings) | (settings.getAsBoolean("ignore_keywords", false) ? IGNORE_KEYWORDS : 0);
            boolean adjustOffsets = settings.getAsBoolean("adjust_offsets", true);
            CharArraySet protectedWords = protectedWords(environment, settings);
            return factory(name, input -> new WordDelimiterGraphFilter(
                input,
                adjustOffsets,
                WordDelimiterIterator.DEFAULT_WORD_DELIM_TABLE,
                flags,
                protectedWords
            ));
        };
    }

    @SuppressWarnings("deprecation")
    static AnalysisProvider<TokenFilterFactory> plain() {
        return (index, environment, name, settings) -> {
            int flags = flags(settings);
            CharArraySet protectedWords = protectedWords(environment, settings);
            return factory(name, input -> new WordDelimiterFilter(input, flags, protectedWords));
        };
    }

    private static int flags(Settings settings) {
        if (settings.hasValue("type_table") || settings.hasValue("type_table_path")) {
            throw new IllegalArgumentException("The embedded node's word delimiters have no [type_table].");
        }
        int flags = 0;
        for (Map.Entry<String, Switch> option : SWITCHES.entrySet()) {
            if (settings.getAsBoolean(option.getKey(), option.getValue().onByDefault())) {
                flags |= option.getValue().flag();
            }
        }
        return flags;
    }

    private static CharArraySet protectedWords(Environment environment, Settings settings) {
        CharArraySet words = Analysis.getWordSet(environment, settings, "protected_words");
        return words == null ? CharArraySet.EMPTY_SET : words;
    }

    private static TokenFilterFactory factory(String name, Function<TokenStream, TokenStream> wrap) {
        return new TokenFilterFactory() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public TokenStream create(TokenStream input) {
                return wrap.apply(input);
            }

            /** The offsets of the parts can decrease, which the fast vector highlighter does not support. */
            @Override
            public boolean breaksFastVectorHighlighter() {
                return true;
            }
        };
    }
}
