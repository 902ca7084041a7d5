package embedded.plugin.ingest;

import java.util.HashMap;
import java.util.Map;

import org.elasticsearch.ingest.AbstractProcessor;
import org.elasticsearch.ingest.ConfigurationUtils;
import org.elasticsearch.ingest.IngestDocument;
import org.elasticsearch.ingest.Processor;
import org.elasticsearch.ingest.ValueSource;
import org.elasticsearch.script.ScriptService;

/** `append`: adds one or more values to a field, which becomes a list. Options: field, value, allow_duplicates. */
final class AppendProcessor extends AbstractProcessor {
    static final String TYPE = "append";

    private final String field;
    private final ValueSource value;
    private final boolean allowDuplicates;

    private AppendProcessor(String tag, String description, Map<String, Object> options, ScriptService scripts) {
        super(tag, description);
        field = ConfigurationUtils.readStringProperty(TYPE, tag, options, "field");
        value = ValueSource.wrap(ConfigurationUtils.readObject(TYPE, tag, options, "value"), scripts);
        allowDuplicates = ConfigurationUtils.readBooleanProperty(TYPE, tag, options, "allow_duplicates", true);
    }

    static ProcessorMaker maker(ScriptService scripts) {
        return (tag, description, options) -> new AppendProcessor(tag, description, options, scripts);
    }

    @Override
    public IngestDocument execute(IngestDocument document) {
        // Resolved here because the server's method for templates has another parameter since 9.2.
        Map<String, Object> model = new HashMap<>(document.getSourceAndMetadata());
        model.put(IngestDocument.SOURCE_KEY, document.getSourceAndMetadata());
        model.put(IngestDocument.INGEST_KEY, document.getIngestMetadata());
        document.appendFieldValue(field, value.copyAndResolve(model), allowDuplicates);
        return document;
    }

    @Override
    public String getType() {
        return TYPE;
    }
}
