package embedded.plugin.analysis;

import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenFilter;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenizer;
import org.apache.lucene.analysis.ngram.NGramTokenFilter;
import org.apache.lucene.analysis.ngram.NGramTokenizer;
import org.apache.lucene.analysis.reverse.ReverseStringFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.analysis.TokenizerFactory;

/** N-grams as filters (options min_gram, max_gram, preserve_original, side) and as tokenizers (min_gram, max_gram, token_chars). */
final class Ngrams {
    private static final int MIN_GRAM = 1;
    private static final int MAX_GRAM = 2;

    private Ngrams() {}

    static UnaryOperator<TokenStream> edgeFilter(Settings settings) {
        int min = settings.getAsInt("min_gram", MIN_GRAM);
        int max = settings.getAsInt("max_gram", MAX_GRAM);
        boolean preserveOriginal = settings.getAsBoolean("preserve_original", false);
        String side = settings.get("side", "front");
        return switch (side) {
            case "front" -> input -> new EdgeNGramTokenFilter(input, min, max, preserveOriginal);
            case "back" -> input -> new ReverseStringFilter(
                new EdgeNGramTokenFilter(new ReverseStringFilter(input), min, max, preserveOriginal)
            );
            default -> throw new IllegalArgumentException("[side] of an edge_ngram filter is front or back, not [" + side + "]");
        };
    }

    static UnaryOperator<TokenStream> filter(Settings settings, IndexSettings index) {
        int min = settings.getAsInt("min_gram", MIN_GRAM);
        int max = settings.getAsInt("max_gram", MAX_GRAM);
        boolean preserveOriginal = settings.getAsBoolean("preserve_original", false);
        checkDifference(min, max, index);
        return input -> new NGramTokenFilter(input, min, max, preserveOriginal);
    }

    static TokenizerFactory tokenizer(String name, Settings settings, IndexSettings index) {
        int min = settings.getAsInt("min_gram", MIN_GRAM);
        int max = settings.getAsInt("max_gram", MAX_GRAM);
        IntPredicate isTokenChar = tokenChars(settings);
        checkDifference(min, max, index);
        return TokenizerFactory.newFactory(name, () -> new NGramTokenizer(min, max) {
            @Override
            protected boolean isTokenChar(int character) {
                return isTokenChar.test(character);
            }
        });
    }

    static TokenizerFactory edgeTokenizer(String name, Settings settings) {
        int min = settings.getAsInt("min_gram", MIN_GRAM);
        int max = settings.getAsInt("max_gram", MAX_GRAM);
        IntPredicate isTokenChar = tokenChars(settings);
        return TokenizerFactory.newFactory(name, () -> new EdgeNGramTokenizer(min, max) {
            @Override
            protected boolean isTokenChar(int character) {
                return isTokenChar.test(character);
            }
        });
    }

    private static void checkDifference(int min, int max, IndexSettings index) {
        int allowed = index.getMaxNgramDiff();
        if (max - min > allowed) {
            throw new IllegalArgumentException(
                "max_gram - min_gram is " + (max - min) + "; the index setting [index.max_ngram_diff] allows " + allowed
            );
        }
    }

    /** Without character classes, all characters belong to tokens. */
    private static IntPredicate tokenChars(Settings settings) {
        List<String> classes = settings.getAsList("token_chars");
        if (classes.isEmpty()) {
            return character -> true;
        }
        String custom = settings.get("custom_token_chars", "");
        IntPredicate any = character -> false;
        for (String name : classes) {
            any = any.or(charClass(name.toLowerCase(Locale.ROOT), custom));
        }
        return any;
    }

    private static IntPredicate charClass(String name, String custom) {
        return switch (name) {
            case "letter" -> Character::isLetter;
            case "digit" -> Character::isDigit;
            case "whitespace" -> Character::isWhitespace;
            case "punctuation" -> Ngrams::isPunctuation;
            case "symbol" -> Ngrams::isSymbol;
            case "custom" -> character -> custom.indexOf(character) >= 0;
            default -> throw new IllegalArgumentException(
                "[token_chars] knows letter, digit, whitespace, punctuation, symbol and custom, not [" + name + "]"
            );
        };
    }

    private static boolean isPunctuation(int character) {
        return switch (Character.getType(character)) {
            case Character.START_PUNCTUATION, Character.END_PUNCTUATION, Character.OTHER_PUNCTUATION, Character.CONNECTOR_PUNCTUATION,
                Character.DASH_PUNCTUATION, Character.INITIAL_QUOTE_PUNCTUATION, Character.FINAL_QUOTE_PUNCTUATION -> true;
            default -> false;
        };
    }

    private static boolean isSymbol(int character) {
        return switch (Character.getType(character)) {
            case Character.CURRENCY_SYMBOL, Character.MATH_SYMBOL, Character.OTHER_SYMBOL, Character.MODIFIER_SYMBOL -> true;
            default -> false;
        };
    }
}
