package embedded.plugin.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

import org.elasticsearch.ingest.AbstractProcessor;
import org.elasticsearch.ingest.ConfigurationUtils;
import org.elasticsearch.ingest.IngestDocument;
import org.elasticsearch.ingest.Processor;

/**
 * `gsub`, `lowercase` and `trim` change a string or each string of a list. Options: field, target_field, ignore_missing; for gsub also
 * pattern and replacement.
 */
final class StringProcessor extends AbstractProcessor {
    static final String GSUB = "gsub";
    static final String LOWERCASE = "lowercase";
    static final String TRIM = "trim";

    private final String type;
    private final String field;
    private final String targetField;
    private final boolean ignoreMissing;
    private final UnaryOperator<String> change;

    private StringProcessor(String type, String tag, String description, Map<String, Object> options, UnaryOperator<String> change) {
        super(tag, description);
        this.type = type;
        this.change = change;
        field = ConfigurationUtils.readStringProperty(type, tag, options, "field");
        targetField = ConfigurationUtils.readStringProperty(type, tag, options, "target_field", field);
        ignoreMissing = ConfigurationUtils.readBooleanProperty(type, tag, options, "ignore_missing", false);
    }

    static Processor gsub(String tag, String description, Map<String, Object> options) {
        String expression = ConfigurationUtils.readStringProperty(GSUB, tag, options, "pattern");
        String replacement = ConfigurationUtils.readStringProperty(GSUB, tag, options, "replacement");
        Pattern pattern;
        try {
            pattern = Pattern.compile(expression);
        } catch (PatternSyntaxException invalid) {
            throw ConfigurationUtils.newConfigurationException(GSUB, tag, "pattern", "Invalid regex pattern. " + invalid.getMessage());
        }
        return new StringProcessor(GSUB, tag, description, options, text -> pattern.matcher(text).replaceAll(replacement));
    }

    static Processor lowercase(String tag, String description, Map<String, Object> options) {
        return new StringProcessor(LOWERCASE, tag, description, options, text -> text.toLowerCase(Locale.ROOT));
    }

    static Processor trim(String tag, String description, Map<String, Object> options) {
        return new StringProcessor(TRIM, tag, description, options, String::trim);
    }

    @Override
    public IngestDocument execute(IngestDocument document) {
        Object found = document.getFieldValue(field, Object.class, ignoreMissing);
        if (found == null && ignoreMissing) {
            return document;
        }
        if (found == null) {
            throw new IllegalArgumentException("field [" + field + "] is null, cannot process it.");
        }
        document.setFieldValue(targetField, found instanceof List<?> list ? changeEach(list) : changeOne(found));
        return document;
    }

    private List<String> changeEach(List<?> list) {
        List<String> changed = new ArrayList<>(list.size());
        list.forEach(entry -> changed.add(changeOne(entry)));
        return changed;
    }

    private String changeOne(Object found) {
        if (found instanceof String text) {
            return change.apply(text);
        }
        String actual = found == null ? "null" : found.getClass().getName();
        throw new IllegalArgumentException("field [" + field + "] of type [" + actual + "] cannot be cast to [java.lang.String]");
    }

    @Override
    public String getType() {
        return type;
    }
}
