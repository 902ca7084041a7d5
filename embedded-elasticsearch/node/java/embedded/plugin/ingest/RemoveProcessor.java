package embedded.plugin.ingest;

import java.util.List;
import java.util.Map;

import org.elasticsearch.ingest.AbstractProcessor;
import org.elasticsearch.ingest.ConfigurationUtils;
import org.elasticsearch.ingest.IngestDocument;
import org.elasticsearch.ingest.Processor;

/** `remove`: removes fields. Options: field (one or a list), ignore_missing. */
final class RemoveProcessor extends AbstractProcessor {
    static final String TYPE = "remove";

    private final List<String> fields;
    private final boolean ignoreMissing;

    private RemoveProcessor(String tag, String description, Map<String, Object> options) {
        super(tag, description);
        fields = ConfigurationUtils.readOptionalListOrString(TYPE, tag, options, "field");
        if (fields.isEmpty()) {
            throw ConfigurationUtils.newConfigurationException(TYPE, tag, "field", "required property is missing");
        }
        ignoreMissing = ConfigurationUtils.readBooleanProperty(TYPE, tag, options, "ignore_missing", false);
    }

    static Processor make(String tag, String description, Map<String, Object> options) {
        return new RemoveProcessor(tag, description, options);
    }

    @Override
    public IngestDocument execute(IngestDocument document) {
        for (String field : fields) {
            document.removeField(field, ignoreMissing);
        }
        return document;
    }

    @Override
    public String getType() {
        return TYPE;
    }
}
