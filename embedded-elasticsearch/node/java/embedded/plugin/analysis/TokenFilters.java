package embedded.plugin.analysis;

import static embedded.plugin.analysis.FilterProviders.filter;
import static embedded.plugin.analysis.FilterProviders.filterWithSettings;
import static embedded.plugin.analysis.FilterProviders.normalizingFilter;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cjk.CJKWidthFilter;
import org.apache.lucene.analysis.el.GreekLowerCaseFilter;
import org.apache.lucene.analysis.ga.IrishLowerCaseFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.LengthFilter;
import org.apache.lucene.analysis.miscellaneous.RemoveDuplicatesTokenFilter;
import org.apache.lucene.analysis.miscellaneous.TrimFilter;
import org.apache.lucene.analysis.miscellaneous.TruncateTokenFilter;
import org.apache.lucene.analysis.pattern.PatternCaptureGroupTokenFilter;
import org.apache.lucene.analysis.reverse.ReverseStringFilter;
import org.apache.lucene.analysis.tr.TurkishLowerCaseFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.PreConfiguredTokenFilter;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;

/** The token filters by their names in analyzers. */
public final class TokenFilters {
    private TokenFilters() {}

    public static Map<String, AnalysisProvider<TokenFilterFactory>> all() {
        Map<String, AnalysisProvider<TokenFilterFactory>> filters = new TreeMap<>();
        filters.put("asciifolding", normalizingFilter((settings, index) -> {
            boolean preserveOriginal = settings.getAsBoolean("preserve_original", false);
            return input -> new ASCIIFoldingFilter(input, preserveOriginal);
        }));
        filters.put("cjk_bigram", filter((settings, index) -> CjkBigrams.of(settings)));
        filters.put("cjk_width", normalizingFilter((settings, index) -> CJKWidthFilter::new));
        filters.put("edge_ngram", filter((settings, index) -> Ngrams.edgeFilter(settings)));
        filters.put("elision", new ElisionProvider());
        filters.put("length", filter((settings, index) -> {
            int min = settings.getAsInt("min", 0);
            int max = settings.getAsInt("max", Integer.MAX_VALUE);
            return input -> new LengthFilter(input, min, max);
        }));
        filters.put("lowercase", normalizingFilter((settings, index) -> lowercase(settings)));
        filters.put("ngram", filter(Ngrams::filter));
        filters.put("pattern_capture", filterWithSettings((settings, index) -> patternCapture(settings)));
        filters.put("reverse", filter((settings, index) -> ReverseStringFilter::new));
        filters.put("stemmer", filter((settings, index) -> Stemmers.of(settings)));
        filters.put("trim", normalizingFilter((settings, index) -> TrimFilter::new));
        filters.put("truncate", filter((settings, index) -> {
            int length = settings.getAsInt("length", 10);
            if (length <= 0) {
                throw new IllegalArgumentException("[length] of a truncate filter must be above 0, not " + length);
            }
            return input -> new TruncateTokenFilter(input, length);
        }));
        filters.put("unique", filter((settings, index) -> {
            boolean onlyOnSamePosition = settings.getAsBoolean("only_on_same_position", false);
            return input -> onlyOnSamePosition ? new RemoveDuplicatesTokenFilter(input) : new UniqueTokenFilter(input);
        }));
        filters.put("word_delimiter", WordDelimiters.plain());
        filters.put("word_delimiter_graph", WordDelimiters.graph());
        return filters;
    }

    /** Filters that an analyzer can use by name without settings, although their definitions require settings. */
    public static List<PreConfiguredTokenFilter> preconfigured() {
        return List.of(ElisionProvider.preconfigured());
    }

    private static UnaryOperator<TokenStream> patternCapture(Settings settings) {
        Pattern[] patterns = settings.getAsList("patterns").stream().map(Pattern::compile).toArray(Pattern[]::new);
        if (patterns.length == 0) {
            throw new IllegalArgumentException("required setting 'patterns' is missing for a pattern_capture filter");
        }
        boolean preserveOriginal = settings.getAsBoolean("preserve_original", true);
        return input -> new PatternCaptureGroupTokenFilter(input, preserveOriginal, patterns);
    }

    private static UnaryOperator<TokenStream> lowercase(Settings settings) {
        String language = settings.get("language");
        if (language == null) {
            return LowerCaseFilter::new;
        }
        return switch (language) {
            case "greek" -> GreekLowerCaseFilter::new;
            case "irish" -> IrishLowerCaseFilter::new;
            case "turkish" -> TurkishLowerCaseFilter::new;
            default -> throw new IllegalArgumentException(
                "[language] of a lowercase filter must be greek, irish or turkish, not [" + language + "]"
            );
        };
    }
}
