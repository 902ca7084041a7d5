package embedded.plugin.analysis;

import java.io.Reader;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.lucene.analysis.charfilter.HTMLStripCharFilter;
import org.apache.lucene.analysis.charfilter.MappingCharFilter;
import org.apache.lucene.analysis.charfilter.NormalizeCharMap;
import org.apache.lucene.analysis.pattern.PatternReplaceCharFilter;
import org.elasticsearch.common.regex.Regex;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.NormalizingCharFilterFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;

/** The character filters by their names in analyzers. */
public final class CharFilters {
    private static final Pattern RULE = Pattern.compile("(.*)\\s*=>\\s*(.*)\\s*$");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|(.))");

    private CharFilters() {}

    public static Map<String, AnalysisProvider<CharFilterFactory>> all() {
        Map<String, AnalysisProvider<CharFilterFactory>> filters = new TreeMap<>();
        filters.put("html_strip", (index, environment, name, settings) -> {
            Set<String> kept = new HashSet<>(settings.getAsList("escaped_tags"));
            return filter(name, kept.isEmpty() ? HTMLStripCharFilter::new : reader -> new HTMLStripCharFilter(reader, kept));
        });
        filters.put("mapping", AnalysisPlugin.requiresAnalysisSettings((index, environment, name, settings) -> {
            NormalizeCharMap map = charMap(environment, settings);
            return normalizingFilter(name, reader -> new MappingCharFilter(map, reader));
        }));
        filters.put("pattern_replace", AnalysisPlugin.requiresAnalysisSettings((index, environment, name, settings) -> {
            String expression = settings.get("pattern");
            if (expression == null || expression.isEmpty()) {
                throw new IllegalArgumentException("[pattern] of a pattern_replace character filter is missing.");
            }
            Pattern pattern = Regex.compile(expression, settings.get("flags"));
            String replacement = settings.get("replacement", "");
            return normalizingFilter(name, reader -> new PatternReplaceCharFilter(pattern, replacement, reader));
        }));
        return filters;
    }

    private static NormalizeCharMap charMap(Environment environment, Settings settings) {
        List<String> rules = Analysis.getWordList(environment, settings, "mappings");
        if (rules == null) {
            throw new IllegalArgumentException("A mapping character filter requires [mappings] or [mappings_path].");
        }
        NormalizeCharMap.Builder map = new NormalizeCharMap.Builder();
        for (String rule : rules) {
            Matcher sides = RULE.matcher(rule);
            if (sides.find() == false) {
                throw new IllegalArgumentException("A mapping is written as [key => value], not [" + rule + "].");
            }
            map.add(unescape(sides.group(1).trim()), unescape(sides.group(2).trim()));
        }
        return map.build();
    }

    private static String unescape(String text) {
        return ESCAPE.matcher(text).replaceAll(escape -> {
            String code = escape.group(1);
            return Matcher.quoteReplacement(code == null ? single(escape.group(2)) : Character.toString(Integer.parseInt(code, 16)));
        });
    }

    private static String single(String character) {
        return switch (character) {
            case "n" -> "\n";
            case "t" -> "\t";
            case "r" -> "\r";
            case "b" -> "\b";
            case "f" -> "\f";
            default -> character;
        };
    }

    private static CharFilterFactory filter(String name, UnaryOperator<Reader> wrap) {
        return new CharFilterFactory() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Reader create(Reader reader) {
                return wrap.apply(reader);
            }
        };
    }

    private static CharFilterFactory normalizingFilter(String name, UnaryOperator<Reader> wrap) {
        return new NormalizingCharFilterFactory() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Reader create(Reader reader) {
                return wrap.apply(reader);
            }
        };
    }
}
