package embedded.plugin.ingest;

import java.util.Map;
import java.util.TreeMap;

import org.elasticsearch.ingest.Processor;
import org.elasticsearch.script.ScriptService;

/** The ingest processors by their names in pipelines. The server handles `tag`, `on_failure` and `ignore_failure`. */
public final class Processors {
    private Processors() {}

    public static Map<String, Processor.Factory> all(ScriptService scripts) {
        Map<String, ProcessorMaker> makers = new TreeMap<>();
        makers.put(AppendProcessor.TYPE, AppendProcessor.maker(scripts));
        makers.put(AttachmentProcessor.TYPE, AttachmentProcessor::make);
        makers.put(StringProcessor.GSUB, StringProcessor::gsub);
        makers.put(StringProcessor.LOWERCASE, StringProcessor::lowercase);
        makers.put(RemoveProcessor.TYPE, RemoveProcessor::make);
        makers.put(RenameProcessor.TYPE, RenameProcessor::make);
        makers.put(SetProcessor.TYPE, SetProcessor.maker(scripts));
        makers.put(StringProcessor.TRIM, StringProcessor::trim);

        Map<String, Processor.Factory> factories = new TreeMap<>();
        makers.forEach((type, maker) -> factories.put(type, new VersionedFactory(maker)));
        return factories;
    }
}
