package embedded.plugin.ingest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.elasticsearch.ingest.ConfigurationUtils;
import org.elasticsearch.ingest.IngestDocument;

/**
 * A value as a pipeline states it. Strings may name fields as {{{field}}} or {{_ingest.on_failure_message}}: the one piece of
 * templates that pipelines for failures need. Anything more of the template language is refused, since the node does not have it.
 * Elasticsearch escapes the text that it puts in for two braces; this does not.
 */
final class ValueTemplate {
    private static final Pattern FIELD = Pattern.compile("\\{\\{\\{\\s*([^{}\\s#^/>!&]+)\\s*}}}|\\{\\{\\s*([^{}\\s#^/>!&]+)\\s*}}");

    private final Object value;

    private ValueTemplate(Object value) {
        this.value = value;
    }

    static ValueTemplate of(String type, String tag, Object value) {
        check(type, tag, value);
        return new ValueTemplate(value);
    }

    /** A copy that the document may keep and change. */
    Object in(IngestDocument document) {
        return render(value, document);
    }

    private static void check(String type, String tag, Object value) {
        if (value instanceof String text && FIELD.matcher(text).replaceAll("").contains("{{")) {
            throw ConfigurationUtils.newConfigurationException(
                type,
                tag,
                "value",
                "the embedded node's templates know {{field}} only, found [" + text + "]"
            );
        } else if (value instanceof Map<?, ?> map) {
            map.values().forEach(entry -> check(type, tag, entry));
        } else if (value instanceof List<?> list) {
            list.forEach(entry -> check(type, tag, entry));
        }
    }

    private static Object render(Object value, IngestDocument document) {
        if (value instanceof String text) {
            return FIELD.matcher(text).replaceAll(name -> Matcher.quoteReplacement(field(name, document)));
        } else if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new HashMap<>();
            map.forEach((key, entry) -> copy.put(key, render(entry, document)));
            return copy;
        } else if (value instanceof List<?> list) {
            List<Object> copy = new ArrayList<>(list.size());
            list.forEach(entry -> copy.add(render(entry, document)));
            return copy;
        }
        return value;
    }

    private static String field(MatchResult name, IngestDocument document) {
        String path = name.group(1) == null ? name.group(2) : name.group(1);
        Object found = document.getFieldValue(path, Object.class, true);
        return found == null ? "" : found.toString();
    }
}
