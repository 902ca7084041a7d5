package embedded.plugin.analysis;

import java.io.IOException;
import java.util.function.UnaryOperator;

import org.apache.lucene.analysis.TokenStream;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;

/** Creates Elasticsearch's filter providers from functions of the settings. */
final class FilterProviders {
    private FilterProviders() {}

    /** Reads the settings once, at index creation, so that invalid settings fail there and not for each document. */
    interface Configure {
        UnaryOperator<TokenStream> with(Settings settings, IndexSettings index);
    }

    static AnalysisProvider<TokenFilterFactory> filter(Configure configure) {
        return (index, environment, name, settings) -> {
            UnaryOperator<TokenStream> wrap = configure.with(settings, index);
            return new TokenFilterFactory() {
                @Override
                public String name() {
                    return name;
                }

                @Override
                public TokenStream create(TokenStream input) {
                    return wrap.apply(input);
                }
            };
        };
    }

    /** A filter that requires settings, so it exists only if an index defines it. */
    static AnalysisProvider<TokenFilterFactory> filterWithSettings(Configure configure) {
        AnalysisProvider<TokenFilterFactory> provider = filter(configure);
        return new AnalysisProvider<>() {
            @Override
            public TokenFilterFactory get(IndexSettings index, Environment environment, String name, Settings settings) throws IOException {
                return provider.get(index, environment, name, settings);
            }

            @Override
            public boolean requiresAnalysisSettings() {
                return true;
            }
        };
    }

    /** A filter that only changes characters, so that normalizers of keywords can use it too. */
    static AnalysisProvider<TokenFilterFactory> normalizingFilter(Configure configure) {
        return (index, environment, name, settings) -> {
            UnaryOperator<TokenStream> wrap = configure.with(settings, index);
            return new NormalizingTokenFilterFactory() {
                @Override
                public String name() {
                    return name;
                }

                @Override
                public TokenStream create(TokenStream input) {
                    return wrap.apply(input);
                }
            };
        };
    }
}
