package embedded.plugin.ingest;

import java.util.Map;

import org.elasticsearch.ingest.Processor;

/** Creates processors with the ingest API of 8.x. */
record VersionedFactory(ProcessorMaker maker) implements Processor.Factory {
    @Override
    public Processor create(
        Map<String, Processor.Factory> factories,
        String tag,
        String description,
        Map<String, Object> options
    ) throws Exception {
        return maker.make(tag, description, options);
    }
}
