package embedded.plugin.ingest;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.apache.tika.metadata.Metadata;
import org.elasticsearch.ElasticsearchParseException;
import org.elasticsearch.ingest.AbstractProcessor;
import org.elasticsearch.ingest.ConfigurationUtils;
import org.elasticsearch.ingest.IngestDocument;
import org.elasticsearch.ingest.Processor;

/**
 * `attachment`: extracts the text and the metadata of a base64-encoded file. Options: field, target_field, indexed_chars (-1: all),
 * indexed_chars_field, properties, ignore_missing, remove_binary, resource_name.
 */
final class AttachmentProcessor extends AbstractProcessor {
    static final String TYPE = "attachment";

    private static final String TARGET_FIELD = "attachment";
    private static final int INDEXED_CHARS = 100_000;

    private final String field;
    private final String targetField;
    private final int indexedChars;
    private final String indexedCharsField;
    private final Set<AttachmentProperty> properties;
    private final boolean ignoreMissing;
    private final boolean removeBinary;
    private final String resourceName;

    private AttachmentProcessor(String tag, String description, Map<String, Object> options) {
        super(tag, description);
        field = ConfigurationUtils.readStringProperty(TYPE, tag, options, "field");
        targetField = ConfigurationUtils.readStringProperty(TYPE, tag, options, "target_field", TARGET_FIELD);
        indexedChars = ConfigurationUtils.readIntProperty(TYPE, tag, options, "indexed_chars", INDEXED_CHARS);
        indexedCharsField = ConfigurationUtils.readOptionalStringProperty(TYPE, tag, options, "indexed_chars_field");
        properties = properties(tag, ConfigurationUtils.readOptionalList(TYPE, tag, options, "properties"));
        ignoreMissing = ConfigurationUtils.readBooleanProperty(TYPE, tag, options, "ignore_missing", false);
        removeBinary = ConfigurationUtils.readBooleanProperty(TYPE, tag, options, "remove_binary", false);
        resourceName = ConfigurationUtils.readOptionalStringProperty(TYPE, tag, options, "resource_name");
    }

    static Processor make(String tag, String description, Map<String, Object> options) {
        return new AttachmentProcessor(tag, description, options);
    }

    private static Set<AttachmentProperty> properties(String tag, List<String> names) {
        if (names == null) {
            return EnumSet.allOf(AttachmentProperty.class);
        }
        Set<AttachmentProperty> properties = EnumSet.noneOf(AttachmentProperty.class);
        for (String name : names) {
            try {
                properties.add(AttachmentProperty.valueOf(name.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException unknown) {
                throw ConfigurationUtils.newConfigurationException(
                    TYPE,
                    tag,
                    "properties",
                    "illegal field option [" + name + "]. valid values are " + List.of(AttachmentProperty.values())
                );
            }
        }
        return properties;
    }

    @Override
    public IngestDocument execute(IngestDocument document) {
        byte[] file = document.getFieldValueAsBytes(field, ignoreMissing);
        if (file == null && ignoreMissing) {
            return document;
        }
        if (file == null) {
            throw new IllegalArgumentException("field [" + field + "] is null, cannot parse.");
        }
        Metadata metadata = new Metadata();
        String name = resourceName == null ? null : document.getFieldValue(resourceName, String.class, true);
        String text = text(file, new TextExtractor.Request(name, limit(document)), metadata);
        Map<String, Object> found = new HashMap<>();
        for (AttachmentProperty property : properties) {
            Object value = property.value(metadata, text);
            if (value != null) {
                found.put(property.toString(), value);
            }
        }
        document.setFieldValue(targetField, found);
        if (removeBinary) {
            document.removeField(field);
        }
        return document;
    }

    private int limit(IngestDocument document) {
        if (indexedCharsField == null) {
            return indexedChars;
        }
        Integer limit = document.getFieldValue(indexedCharsField, Integer.class, true);
        return limit == null ? indexedChars : limit;
    }

    private String text(byte[] file, TextExtractor.Request request, Metadata metadata) {
        try {
            return TextExtractor.extract(file, request, metadata);
        } catch (TextExtractor.UnreadableFileException unreadable) {
            // Without a cause, because `on_failure` would get the message of the innermost cause, which is rarely readable.
            throw new ElasticsearchParseException("Error parsing document in field [{}]: {}", field, unreadable.getMessage());
        }
    }

    @Override
    public String getType() {
        return TYPE;
    }
}
