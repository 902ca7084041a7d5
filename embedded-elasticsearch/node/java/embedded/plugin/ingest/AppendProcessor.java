package embedded.plugin.ingest;

import java.util.Map;

import org.elasticsearch.ingest.AbstractProcessor;
import org.elasticsearch.ingest.ConfigurationUtils;
import org.elasticsearch.ingest.IngestDocument;
import org.elasticsearch.ingest.Processor;

/** `append`: adds one or more values to a field, which becomes a list. Options: field, value, allow_duplicates. */
final class AppendProcessor extends AbstractProcessor {
    static final String TYPE = "append";

    private final String field;
    private final ValueTemplate value;
    private final boolean allowDuplicates;

    private AppendProcessor(String tag, String description, Map<String, Object> options) {
        super(tag, description);
        field = ConfigurationUtils.readStringProperty(TYPE, tag, options, "field");
        value = ValueTemplate.of(TYPE, tag, ConfigurationUtils.readObject(TYPE, tag, options, "value"));
        allowDuplicates = ConfigurationUtils.readBooleanProperty(TYPE, tag, options, "allow_duplicates", true);
    }

    static Processor make(String tag, String description, Map<String, Object> options) {
        return new AppendProcessor(tag, description, options);
    }

    @Override
    public IngestDocument execute(IngestDocument document) {
        document.appendFieldValue(field, value.in(document), allowDuplicates);
        return document;
    }

    @Override
    public String getType() {
        return TYPE;
    }
}
