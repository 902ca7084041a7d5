package embedded.plugin.ingest;

import java.util.Map;

import org.elasticsearch.cluster.metadata.ProjectId;
import org.elasticsearch.ingest.Processor;

/** Creates processors with the ingest API of 9.x, in which pipelines belong to a project. */
record VersionedFactory(ProcessorMaker maker) implements Processor.Factory {
    @Override
    public Processor create(
        Map<String, Processor.Factory> factories,
        String tag,
        String description,
        Map<String, Object> options,
        ProjectId projectId
    ) throws Exception {
        return maker.make(tag, description, options);
    }
}
