package embedded.plugin.templates;

import java.io.StringReader;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.github.mustachejava.Mustache;
import com.github.mustachejava.MustacheException;
import org.elasticsearch.script.Script;
import org.elasticsearch.script.ScriptContext;
import org.elasticsearch.script.ScriptEngine;
import org.elasticsearch.script.ScriptException;
import org.elasticsearch.script.TemplateScript;

/** The language `mustache`, for templates in role queries, access control identities and pipelines. */
public final class Templates implements ScriptEngine {
    static final String NAME = "mustache";

    @Override
    public String getType() {
        return NAME;
    }

    @Override
    public Set<ScriptContext<?>> getSupportedContexts() {
        return Set.of(TemplateScript.CONTEXT, TemplateScript.INGEST_CONTEXT);
    }

    @Override
    public <T> T compile(String name, String source, ScriptContext<T> context, Map<String, String> options) {
        Mustache template;
        try {
            template = new TemplateFactory(options.get(Script.CONTENT_TYPE_OPTION)).compile(new StringReader(source), "template");
        } catch (MustacheException | IllegalArgumentException wrong) {
            throw new ScriptException(wrong.getMessage(), wrong, List.of(), source, NAME);
        }
        TemplateScript.Factory factory = params -> new Rendering(template, source, params);
        return context.factoryClazz.cast(factory);
    }

    private static final class Rendering extends TemplateScript {
        private final Mustache template;
        private final String source;

        Rendering(Mustache template, String source, Map<String, Object> params) {
            super(params == null ? new HashMap<>() : params);
            this.template = template;
            this.source = source;
        }

        @Override
        public String execute() {
            StringWriter text = new StringWriter();
            try {
                template.execute(text, getParams());
            } catch (MustacheException failure) {
                throw new ScriptException(failure.getMessage(), failure, List.of(), source, NAME);
            }
            return text.toString();
        }
    }
}
