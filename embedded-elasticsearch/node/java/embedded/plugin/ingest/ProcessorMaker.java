package embedded.plugin.ingest;

import java.util.Map;

import org.elasticsearch.ingest.Processor;

/**
 * Creates a processor from its options in a pipeline. It removes known options from `options`; the server rejects the remaining ones as
 * unknown. `VersionedFactory` adapts it to the API of each major version.
 */
interface ProcessorMaker {
    Processor make(String tag, String description, Map<String, Object> options) throws Exception;
}
