package embedded.plugin.ingest;

import java.util.Map;

import org.elasticsearch.ingest.Processor;

/**
 * Makes a processor of its part of a pipeline. It takes what it knows out of `options`; whatever is left there afterwards, the server
 * refuses as unknown. `VersionedFactory`, which differs between the major versions, makes it what the server asks for.
 */
interface ProcessorMaker {
    Processor make(String tag, String description, Map<String, Object> options) throws Exception;
}
