package embedded.plugin.templates;

import java.io.Writer;
import java.util.List;
import java.util.function.Function;

import com.github.mustachejava.TemplateContext;
import com.github.mustachejava.codes.DefaultCode;

/** A section that applies a function to a value and writes the result unescaped. Writes nothing if there is no value. */
final class FunctionSection extends DefaultCode {
    private final Function<Object, String> function;

    FunctionSection(TemplateContext context, TemplateFactory factory, String name, Function<Object, String> function) {
        super(context, factory, null, name, "#");
        this.function = function;
    }

    @Override
    public Writer execute(Writer writer, List<Object> scopes) {
        Object value = get(scopes);
        if (value != null) {
            TemplateFactory.write(function.apply(value), writer);
        }
        return appendText(writer);
    }
}
