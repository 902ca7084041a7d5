package embedded.plugin.ingest;

import java.util.Map;

import org.elasticsearch.ingest.AbstractProcessor;
import org.elasticsearch.ingest.ConfigurationUtils;
import org.elasticsearch.ingest.IngestDocument;
import org.elasticsearch.ingest.Processor;

/** `rename`: moves a field. Options: field, target_field, ignore_missing, override. */
final class RenameProcessor extends AbstractProcessor {
    static final String TYPE = "rename";

    private final String field;
    private final String targetField;
    private final boolean ignoreMissing;
    private final boolean override;

    private RenameProcessor(String tag, String description, Map<String, Object> options) {
        super(tag, description);
        field = ConfigurationUtils.readStringProperty(TYPE, tag, options, "field");
        targetField = ConfigurationUtils.readStringProperty(TYPE, tag, options, "target_field");
        ignoreMissing = ConfigurationUtils.readBooleanProperty(TYPE, tag, options, "ignore_missing", false);
        override = ConfigurationUtils.readBooleanProperty(TYPE, tag, options, "override", false);
    }

    static Processor make(String tag, String description, Map<String, Object> options) {
        return new RenameProcessor(tag, description, options);
    }

    @Override
    public IngestDocument execute(IngestDocument document) {
        if (document.hasField(field, true) == false) {
            if (ignoreMissing) {
                return document;
            }
            throw new IllegalArgumentException("field [" + field + "] doesn't exist");
        }
        if (override == false && document.hasField(targetField, true)) {
            throw new IllegalArgumentException("field [" + targetField + "] already exists");
        }
        Object value = document.getFieldValue(field, Object.class);
        // Removed first so that "a" can become "a.b".
        document.removeField(field);
        try {
            document.setFieldValue(targetField, value);
        } catch (Exception refused) {
            document.setFieldValue(field, value);
            throw refused;
        }
        return document;
    }

    @Override
    public String getType() {
        return TYPE;
    }
}
