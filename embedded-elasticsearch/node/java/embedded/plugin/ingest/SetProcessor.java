package embedded.plugin.ingest;

import java.util.Map;

import org.elasticsearch.ingest.AbstractProcessor;
import org.elasticsearch.ingest.ConfigurationUtils;
import org.elasticsearch.ingest.IngestDocument;
import org.elasticsearch.ingest.Processor;
import org.elasticsearch.ingest.ValueSource;
import org.elasticsearch.script.ScriptService;

/** `set`: sets a field to a value or to the value of another field. Options: field, value or copy_from, override, ignore_empty_value. */
final class SetProcessor extends AbstractProcessor {
    static final String TYPE = "set";

    private final String field;
    private final String copyFrom;
    private final ValueSource value;
    private final boolean override;
    private final boolean ignoreEmptyValue;

    private SetProcessor(String tag, String description, Map<String, Object> options, ScriptService scripts) {
        super(tag, description);
        field = ConfigurationUtils.readStringProperty(TYPE, tag, options, "field");
        copyFrom = ConfigurationUtils.readOptionalStringProperty(TYPE, tag, options, "copy_from");
        if (copyFrom != null && options.remove("value") != null) {
            throw ConfigurationUtils.newConfigurationException(TYPE, tag, "copy_from", "cannot set both `copy_from` and `value`");
        }
        value = copyFrom == null ? ValueSource.wrap(ConfigurationUtils.readObject(TYPE, tag, options, "value"), scripts) : null;
        override = ConfigurationUtils.readBooleanProperty(TYPE, tag, options, "override", true);
        ignoreEmptyValue = ConfigurationUtils.readBooleanProperty(TYPE, tag, options, "ignore_empty_value", false);
    }

    static ProcessorMaker maker(ScriptService scripts) {
        return (tag, description, options) -> new SetProcessor(tag, description, options, scripts);
    }

    @Override
    public IngestDocument execute(IngestDocument document) {
        if (override == false && document.getFieldValue(field, Object.class, true) != null) {
            return document;
        }
        if (copyFrom == null) {
            document.setFieldValue(field, value, ignoreEmptyValue);
        } else {
            Object copied = document.getFieldValue(copyFrom, Object.class, ignoreEmptyValue);
            document.setFieldValue(field, IngestDocument.deepCopy(copied), ignoreEmptyValue);
        }
        return document;
    }

    @Override
    public String getType() {
        return TYPE;
    }
}
