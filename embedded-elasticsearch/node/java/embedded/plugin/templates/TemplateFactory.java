package embedded.plugin.templates;

import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import com.github.mustachejava.Code;
import com.github.mustachejava.DefaultMustacheFactory;
import com.github.mustachejava.DefaultMustacheVisitor;
import com.github.mustachejava.Mustache;
import com.github.mustachejava.MustacheException;
import com.github.mustachejava.MustacheVisitor;
import com.github.mustachejava.TemplateContext;
import org.elasticsearch.common.Strings;
import org.elasticsearch.xcontent.XContentBuilder;
import org.elasticsearch.xcontent.XContentType;
import org.elasticsearch.xcontent.json.JsonStringEncoder;

/**
 * Mustache as Elasticsearch documents it. {{name}} is escaped for the media type of the text, by default JSON. The sections
 * {{#toJson}}name{{/toJson}}, {{#join}}name{{/join}} and {{#join delimiter='||'}}name{{/join delimiter='||'}} apply a function to the
 * value of that name. All other sections are plain mustache; `url` is not supported.
 */
final class TemplateFactory extends DefaultMustacheFactory {
    private static final Pattern JOIN_WITH = Pattern.compile("join delimiter='(.*)'");
    private static final Map<String, UnaryOperator<String>> ESCAPES = Map.of(
        "application/json",
        TemplateFactory::escapeJson,
        "application/x-www-form-urlencoded",
        text -> URLEncoder.encode(text, StandardCharsets.UTF_8),
        "text/plain",
        text -> text
    );

    private final UnaryOperator<String> escape;

    /** @param mediaType the media type of the whole text; null for JSON */
    TemplateFactory(String mediaType) {
        // "application/json;charset=utf-8" and "application/json; charset=UTF-8" are JSON too.
        escape = ESCAPES.get(mediaType == null ? "application/json" : mediaType.split(";")[0].toLowerCase(Locale.ROOT));
        if (escape == null) {
            throw new IllegalArgumentException("No encoder found for media type [" + mediaType + "]");
        }
    }

    @Override
    public void encode(String value, Writer writer) {
        write(escape.apply(value), writer);
    }

    @Override
    public MustacheVisitor createMustacheVisitor() {
        return new DefaultMustacheVisitor(this) {
            @Override
            public void iterable(TemplateContext context, String name, Mustache body) {
                Matcher joinWith = JOIN_WITH.matcher(name);
                if (name.equalsIgnoreCase("toJson")) {
                    list.add(new FunctionSection(context, TemplateFactory.this, argument(name, body), TemplateFactory::json));
                } else if (name.equalsIgnoreCase("join")) {
                    list.add(new FunctionSection(context, TemplateFactory.this, argument(name, body), value -> join(value, ",")));
                } else if (joinWith.matches()) {
                    String delimiter = joinWith.group(1);
                    list.add(new FunctionSection(context, TemplateFactory.this, argument(name, body), value -> join(value, delimiter)));
                } else if (name.equalsIgnoreCase("url")) {
                    throw new MustacheException("The embedded node has no mustache function [url]", context);
                } else {
                    super.iterable(context, name, body);
                }
            }
        };
    }

    /** Returns the name in the body of a function, which must be plain text. */
    private static String argument(String function, Mustache body) {
        Code[] codes = body.getCodes();
        if (codes == null || codes.length != 1) {
            throw new MustacheException("Mustache function [" + function + "] must contain one and only one identifier");
        }
        StringWriter name = new StringWriter();
        codes[0].identity(name);
        return name.toString();
    }

    static void write(String text, Writer writer) {
        try {
            writer.write(text);
        } catch (IOException failure) {
            throw new MustacheException("Unable to write a template's text", failure);
        }
    }

    private static String escapeJson(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsString(text));
    }

    private static String json(Object value) {
        if (value instanceof Iterable<?> == false && value instanceof Map<?, ?> == false) {
            return String.valueOf(value);
        }
        try (XContentBuilder builder = XContentBuilder.builder(XContentType.JSON.xContent())) {
            return Strings.toString(builder.value(value));
        } catch (IOException failure) {
            throw new MustacheException("Failed to convert a value to JSON", failure);
        }
    }

    private static String join(Object value, String delimiter) {
        if (value instanceof Iterable<?> values) {
            return StreamSupport.stream(values.spliterator(), false).map(String::valueOf).collect(Collectors.joining(delimiter));
        }
        return String.valueOf(value);
    }
}
