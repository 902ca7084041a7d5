package embedded.plugin.ingest;

import java.util.Locale;
import java.util.function.BiFunction;

import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.Office;
import org.apache.tika.metadata.PDF;
import org.apache.tika.metadata.TikaCoreProperties;

/** The properties of `attachment`. `language` is accepted but never set, because the node has no language detection. */
enum AttachmentProperty {
    CONTENT((metadata, text) -> text),
    TITLE((metadata, text) -> metadata.get(TikaCoreProperties.TITLE)),
    AUTHOR((metadata, text) -> metadata.get(TikaCoreProperties.CREATOR)),
    KEYWORDS((metadata, text) -> keywords(metadata)),
    DATE((metadata, text) -> metadata.get(TikaCoreProperties.CREATED)),
    CONTENT_TYPE((metadata, text) -> metadata.get(Metadata.CONTENT_TYPE)),
    CONTENT_LENGTH((metadata, text) -> text == null ? null : (long) text.length()),
    LANGUAGE((metadata, text) -> null),
    MODIFIED((metadata, text) -> metadata.get(TikaCoreProperties.MODIFIED)),
    MODIFIER((metadata, text) -> metadata.get(TikaCoreProperties.MODIFIER)),
    METADATA_DATE((metadata, text) -> metadata.get(TikaCoreProperties.METADATA_DATE)),
    CREATOR_TOOL((metadata, text) -> metadata.get(TikaCoreProperties.CREATOR_TOOL)),
    FORMAT((metadata, text) -> metadata.get(TikaCoreProperties.FORMAT)),
    DESCRIPTION((metadata, text) -> metadata.get(TikaCoreProperties.DESCRIPTION)),
    COMMENTS((metadata, text) -> metadata.get(TikaCoreProperties.COMMENTS)),
    PUBLISHER((metadata, text) -> metadata.get(TikaCoreProperties.PUBLISHER)),
    IDENTIFIER((metadata, text) -> metadata.get(TikaCoreProperties.IDENTIFIER)),
    RIGHTS((metadata, text) -> metadata.get(TikaCoreProperties.RIGHTS));

    private final BiFunction<Metadata, String, Object> read;

    AttachmentProperty(BiFunction<Metadata, String, Object> read) {
        this.read = read;
    }

    /** Null if the file does not contain the property. */
    Object value(Metadata metadata, String text) {
        Object value = read.apply(metadata, text);
        return value instanceof String string && string.isEmpty() ? null : value;
    }

    private static String keywords(Metadata metadata) {
        String[] keywords = metadata.getValues(Office.KEYWORDS);
        return keywords.length == 0 ? metadata.get(PDF.DOC_INFO_KEY_WORDS) : String.join(", ", keywords);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
