package embedded.plugin.analysis;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.de.GermanLightStemFilter;
import org.apache.lucene.analysis.de.GermanMinimalStemFilter;
import org.apache.lucene.analysis.en.EnglishMinimalStemFilter;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.KStemFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.es.SpanishLightStemFilter;
import org.apache.lucene.analysis.es.SpanishPluralStemFilter;
import org.apache.lucene.analysis.fi.FinnishLightStemFilter;
import org.apache.lucene.analysis.fr.FrenchLightStemFilter;
import org.apache.lucene.analysis.fr.FrenchMinimalStemFilter;
import org.apache.lucene.analysis.it.ItalianLightStemFilter;
import org.apache.lucene.analysis.no.NorwegianLightStemFilter;
import org.apache.lucene.analysis.no.NorwegianMinimalStemFilter;
import org.apache.lucene.analysis.pt.PortugueseLightStemFilter;
import org.apache.lucene.analysis.pt.PortugueseMinimalStemFilter;
import org.apache.lucene.analysis.pt.PortugueseStemFilter;
import org.apache.lucene.analysis.ru.RussianLightStemFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.sv.SwedishLightStemFilter;
import org.elasticsearch.common.settings.Settings;

/** `stemmer`: the option `language` (or `name`) selects a stemmer of Lucene. Dutch has no light or minimal stemmer. */
final class Stemmers {
    private static final Map<String, UnaryOperator<TokenStream>> BY_LANGUAGE = new TreeMap<>();
    static {
        BY_LANGUAGE.put("porter", PorterStemFilter::new);
        BY_LANGUAGE.put("english", PorterStemFilter::new);
        BY_LANGUAGE.put("porter2", snowball("English"));
        BY_LANGUAGE.put("light_english", KStemFilter::new);
        BY_LANGUAGE.put("kstem", KStemFilter::new);
        BY_LANGUAGE.put("minimal_english", EnglishMinimalStemFilter::new);
        BY_LANGUAGE.put("possessive_english", EnglishPossessiveFilter::new);
        BY_LANGUAGE.put("light_german", GermanLightStemFilter::new);
        BY_LANGUAGE.put("minimal_german", GermanMinimalStemFilter::new);
        BY_LANGUAGE.put("light_french", FrenchLightStemFilter::new);
        BY_LANGUAGE.put("minimal_french", FrenchMinimalStemFilter::new);
        BY_LANGUAGE.put("light_spanish", SpanishLightStemFilter::new);
        BY_LANGUAGE.put("spanish_plural", SpanishPluralStemFilter::new);
        BY_LANGUAGE.put("light_italian", ItalianLightStemFilter::new);
        BY_LANGUAGE.put("light_portuguese", PortugueseLightStemFilter::new);
        BY_LANGUAGE.put("minimal_portuguese", PortugueseMinimalStemFilter::new);
        BY_LANGUAGE.put("portuguese_rslp", PortugueseStemFilter::new);
        BY_LANGUAGE.put("light_swedish", SwedishLightStemFilter::new);
        BY_LANGUAGE.put("light_norwegian", NorwegianLightStemFilter::new);
        BY_LANGUAGE.put("minimal_norwegian", NorwegianMinimalStemFilter::new);
        BY_LANGUAGE.put("light_finnish", FinnishLightStemFilter::new);
        BY_LANGUAGE.put("light_russian", RussianLightStemFilter::new);
        for (String language : new String[] {
            "Danish", "Dutch", "Finnish", "French", "German", "Hungarian", "Italian", "Norwegian", "Portuguese", "Romanian", "Russian",
            "Spanish", "Swedish", "Turkish" }) {
            BY_LANGUAGE.put(language.toLowerCase(Locale.ROOT), snowball(language));
        }
    }

    private Stemmers() {}

    static UnaryOperator<TokenStream> of(Settings settings) {
        String language = settings.get("language", settings.get("name", "porter"));
        UnaryOperator<TokenStream> stemmer = BY_LANGUAGE.get(language.toLowerCase(Locale.ROOT));
        if (stemmer == null) {
            throw new IllegalArgumentException("[language] of a stemmer is one of " + BY_LANGUAGE.keySet() + ", not [" + language + "]");
        }
        return stemmer;
    }

    private static UnaryOperator<TokenStream> snowball(String name) {
        return input -> new SnowballFilter(input, name);
    }
}
