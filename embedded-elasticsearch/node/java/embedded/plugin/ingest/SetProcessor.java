package embedded.plugin.ingest;

import java.util.Map;

import org.elasticsearch.ingest.AbstractProcessor;
import org.elasticsearch.ingest.ConfigurationUtils;
import org.elasticsearch.ingest.IngestDocument;
import org.elasticsearch.ingest.Processor;

/** `set`: gives a field a value, or another field's. Options: field, value or copy_from, override, ignore_empty_value. */
final class SetProcessor extends AbstractProcessor {
    static final String TYPE = "set";

    private final String field;
    private final String copyFrom;
    private final ValueTemplate value;
    private final boolean override;
    private final boolean ignoreEmptyValue;

    private SetProcessor(String tag, String description, Map<String, Object> options) {
        super(tag, description);
        field = ConfigurationUtils.readStringProperty(TYPE, tag, options, "field");
        copyFrom = ConfigurationUtils.readOptionalStringProperty(TYPE, tag, options, "copy_from");
        if (copyFrom != null && options.remove("value") != null) {
            throw ConfigurationUtils.newConfigurationException(TYPE, tag, "copy_from", "cannot set both `copy_from` and `value`");
        }
        value = copyFrom == null ? ValueTemplate.of(TYPE, tag, ConfigurationUtils.readObject(TYPE, tag, options, "value")) : null;
        override = ConfigurationUtils.readBooleanProperty(TYPE, tag, options, "override", true);
        ignoreEmptyValue = ConfigurationUtils.readBooleanProperty(TYPE, tag, options, "ignore_empty_value", false);
    }

    static Processor make(String tag, String description, Map<String, Object> options) {
        return new SetProcessor(tag, description, options);
    }

    @Override
    public IngestDocument execute(IngestDocument document) {
        if (override == false && document.getFieldValue(field, Object.class, true) != null) {
            return document;
        }
        Object found = copyFrom == null
            ? value.in(document)
            : IngestDocument.deepCopy(document.getFieldValue(copyFrom, Object.class, ignoreEmptyValue));
        boolean empty = found == null || "".equals(found);
        if (empty == false || ignoreEmptyValue == false) {
            document.setFieldValue(field, found);
        }
        return document;
    }

    @Override
    public String getType() {
        return TYPE;
    }
}
