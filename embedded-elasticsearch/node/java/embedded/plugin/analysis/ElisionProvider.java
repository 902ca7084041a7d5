package embedded.plugin.analysis;

import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.util.ElisionFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;
import org.elasticsearch.index.analysis.PreConfiguredTokenFilter;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;

/** `elision`: "l'avion" becomes "avion". Used by name it has the French articles; a definition must list its articles. */
final class ElisionProvider implements AnalysisProvider<TokenFilterFactory> {
    @Override
    public TokenFilterFactory get(IndexSettings index, Environment environment, String name, Settings settings) {
        CharArraySet articles = Analysis.parseArticles(environment, settings);
        if (articles == null) {
            throw new IllegalArgumentException("An elision filter requires [articles] or [articles_path].");
        }
        return new NormalizingTokenFilterFactory() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public TokenStream create(TokenStream input) {
                return new ElisionFilter(input, articles);
            }
        };
    }

    /** The server creates all filters without required settings for each new index, which would fail for this filter. */
    @Override
    public boolean requiresAnalysisSettings() {
        return true;
    }

    static PreConfiguredTokenFilter preconfigured() {
        return PreConfiguredTokenFilter.singleton("elision", true, input -> new ElisionFilter(input, FrenchAnalyzer.DEFAULT_ARTICLES));
    }
}
