package embedded.plugin.analysis;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.core.KeywordTokenizer;
import org.apache.lucene.analysis.core.LetterTokenizer;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.analysis.email.UAX29URLEmailTokenizer;
import org.apache.lucene.analysis.path.PathHierarchyTokenizer;
import org.apache.lucene.analysis.path.ReversePathHierarchyTokenizer;
import org.apache.lucene.analysis.pattern.PatternTokenizer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.analysis.util.CharTokenizer;
import org.elasticsearch.common.regex.Regex;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;

/** The tokenizers by their names in analyzers. The server already has `standard`. */
public final class Tokenizers {
    private Tokenizers() {}

    public static Map<String, AnalysisProvider<TokenizerFactory>> all() {
        Map<String, AnalysisProvider<TokenizerFactory>> tokenizers = new TreeMap<>();
        tokenizers.put("edge_ngram", (index, environment, name, settings) -> Ngrams.edgeTokenizer(name, settings));
        tokenizers.put("keyword", (index, environment, name, settings) -> {
            int bufferSize = settings.getAsInt("buffer_size", KeywordTokenizer.DEFAULT_BUFFER_SIZE);
            return TokenizerFactory.newFactory(name, () -> new KeywordTokenizer(bufferSize));
        });
        tokenizers.put("letter", (index, environment, name, settings) -> TokenizerFactory.newFactory(name, LetterTokenizer::new));
        tokenizers.put("ngram", (index, environment, name, settings) -> Ngrams.tokenizer(name, settings, index));
        tokenizers.put("path_hierarchy", (index, environment, name, settings) -> pathHierarchy(name, settings));
        tokenizers.put("pattern", (index, environment, name, settings) -> {
            Pattern pattern = Regex.compile(settings.get("pattern", "\\W+"), settings.get("flags"));
            int group = settings.getAsInt("group", -1);
            return TokenizerFactory.newFactory(name, () -> new PatternTokenizer(pattern, group));
        });
        tokenizers.put("uax_url_email", (index, environment, name, settings) -> {
            int maxLength = settings.getAsInt("max_token_length", StandardAnalyzer.DEFAULT_MAX_TOKEN_LENGTH);
            return TokenizerFactory.newFactory(name, () -> {
                UAX29URLEmailTokenizer tokenizer = new UAX29URLEmailTokenizer();
                tokenizer.setMaxTokenLength(maxLength);
                return tokenizer;
            });
        });
        tokenizers.put("whitespace", (index, environment, name, settings) -> {
            int maxLength = settings.getAsInt("max_token_length", CharTokenizer.DEFAULT_MAX_WORD_LEN);
            return TokenizerFactory.newFactory(
                name,
                () -> new WhitespaceTokenizer(TokenStream.DEFAULT_TOKEN_ATTRIBUTE_FACTORY, maxLength)
            );
        });
        return tokenizers;
    }

    private static TokenizerFactory pathHierarchy(String name, Settings settings) {
        char delimiter = character(settings, "delimiter", '/');
        char replacement = character(settings, "replacement", delimiter);
        int bufferSize = settings.getAsInt("buffer_size", 1024);
        int skip = settings.getAsInt("skip", 0);
        boolean reverse = settings.getAsBoolean("reverse", false);
        return TokenizerFactory.newFactory(name, () -> {
            Tokenizer tokenizer = reverse
                ? new ReversePathHierarchyTokenizer(bufferSize, delimiter, replacement, skip)
                : new PathHierarchyTokenizer(bufferSize, delimiter, replacement, skip);
            return tokenizer;
        });
    }

    private static char character(Settings settings, String option, char otherwise) {
        String value = settings.get(option);
        if (value == null) {
            return otherwise;
        }
        if (value.length() != 1) {
            throw new IllegalArgumentException("[" + option + "] of a path_hierarchy tokenizer is one character, not [" + value + "]");
        }
        return value.charAt(0);
    }
}
