package embedded.plugin.ingest;

import java.util.Map;

import org.elasticsearch.cluster.metadata.ProjectId;
import org.elasticsearch.ingest.Processor;

/** How a processor is made in 9.x, where a pipeline belongs to a project. */
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
