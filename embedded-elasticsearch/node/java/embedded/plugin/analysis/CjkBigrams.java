package embedded.plugin.analysis;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.elasticsearch.common.settings.Settings;

/** `cjk_bigram`: pairs of Chinese, Japanese and Korean characters. Options: ignored_scripts, output_unigrams. */
final class CjkBigrams {
    private static final Map<String, Integer> SCRIPTS = new LinkedHashMap<>();
    static {
        SCRIPTS.put("han", CJKBigramFilter.HAN);
        SCRIPTS.put("hiragana", CJKBigramFilter.HIRAGANA);
        SCRIPTS.put("katakana", CJKBigramFilter.KATAKANA);
        SCRIPTS.put("hangul", CJKBigramFilter.HANGUL);
    }

    private CjkBigrams() {}

    static UnaryOperator<TokenStream> of(Settings settings) {
        List<String> ignored = settings.getAsList("ignored_scripts");
        for (String script : ignored) {
            if (SCRIPTS.containsKey(script) == false) {
                throw new IllegalArgumentException("[ignored_scripts] knows " + SCRIPTS.keySet() + ", not [" + script + "]");
            }
        }
        int flags = SCRIPTS.entrySet()
            .stream()
            .filter(script -> ignored.contains(script.getKey()) == false)
            .mapToInt(Map.Entry::getValue)
            .reduce(0, (left, right) -> left | right);
        boolean unigrams = settings.getAsBoolean("output_unigrams", false);
        // Lucene rejects empty flags. Without scripts, the filter has nothing to do.
        return flags == 0 ? input -> input : input -> new CJKBigramFilter(input, flags, unigrams);
    }
}
