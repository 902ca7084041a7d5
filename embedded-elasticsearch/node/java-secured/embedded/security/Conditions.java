package embedded.security;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.elasticsearch.script.IngestConditionalScript;
import org.elasticsearch.script.ScriptContext;
import org.elasticsearch.script.ScriptEngine;
import org.elasticsearch.script.ScriptException;

/**
 * The conditions (`if`) of processors, in the only form that Elastic's pipelines for connectors use: `ctx?.field == true`. The jar of
 * their language, Painless, is not published. Storing a pipeline with any other script is an error.
 */
final class Conditions implements ScriptEngine {
    private static final String NAME = "painless";
    private static final Pattern FLAG = Pattern.compile("\\s*ctx\\s*\\??\\.\\s*(\\w+)\\s*==\\s*true\\s*;?\\s*");

    @Override
    public String getType() {
        return NAME;
    }

    @Override
    public Set<ScriptContext<?>> getSupportedContexts() {
        return Set.of(IngestConditionalScript.CONTEXT);
    }

    @Override
    public <T> T compile(String name, String source, ScriptContext<T> context, Map<String, String> options) {
        Matcher flag = FLAG.matcher(source);
        if (flag.matches() == false) {
            String reason = "the embedded node knows conditions of the form [ctx?.field == true] only";
            throw new ScriptException(reason, new IllegalArgumentException(reason), List.of(), source, NAME);
        }
        String field = flag.group(1);
        IngestConditionalScript.Factory factory = params -> new IngestConditionalScript(params) {
            @Override
            public boolean execute(Map<String, Object> document) {
                return Boolean.TRUE.equals(document.get(field));
            }
        };
        return context.factoryClazz.cast(factory);
    }
}
