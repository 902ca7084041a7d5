package embedded.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.elasticsearch.cluster.metadata.ComponentTemplate;
import org.elasticsearch.cluster.metadata.ComposableIndexTemplate;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.plugins.Plugin.PluginServices;
import org.elasticsearch.xcontent.XContentParser;
import org.elasticsearch.xcontent.XContentParserConfiguration;
import org.elasticsearch.xcontent.json.JsonXContent;
import org.elasticsearch.xpack.core.ClientHelper;
import org.elasticsearch.xpack.core.template.IndexTemplateConfig;
import org.elasticsearch.xpack.core.template.IndexTemplateRegistry;
import org.elasticsearch.xpack.core.template.IngestPipelineConfig;
import org.elasticsearch.xpack.core.template.JsonIngestPipelineConfig;

/**
 * The built-in index templates and pipelines for connectors. Elasticsearch's registry class installs Elasticsearch's JSON under the
 * original names and for the original indices.
 */
final class ConnectorTemplates extends IndexTemplateRegistry {
    /** The version of the same templates in Elasticsearch. */
    private static final int VERSION = 3;
    private static final String VERSION_VARIABLE = "xpack.application.connector.template.version";
    private static final String PIPELINES = "/entsearch/";
    private static final String TEMPLATES = "/entsearch/connector/";

    private final Map<String, ComponentTemplate> components = new TreeMap<>();
    private final Map<String, ComposableIndexTemplate> templates;
    private final List<IngestPipelineConfig> pipelines = new ArrayList<>();

    ConnectorTemplates(PluginServices services, boolean genericPipeline) {
        super(Settings.EMPTY, services.clusterService(), services.threadPool(), services.client(), services.xContentRegistry());
        for (String name : List.of("elastic-connectors-settings", "elastic-connectors-mappings", "elastic-connectors-sync-jobs-mappings")) {
            components.put(name, parse(new IndexTemplateConfig(name, TEMPLATES + name + ".json", VERSION, VERSION_VARIABLE)));
        }
        templates = parseComposableTemplates(
            template("elastic-connectors", "connectors.index_pattern", ".elastic-connectors-v1"),
            template("elastic-connectors-sync-jobs", "connectors-sync-jobs.index_pattern", ".elastic-connectors-sync-jobs-v1"),
            template("search-acl-filter", "access-control.index_pattern", ".search-acl-filter-*")
        );
        pipelines.add(pipeline("search-default-ingestion", "search_default_pipeline"));
        if (genericPipeline) {
            pipelines.add(pipeline("ent-search-generic-ingestion", "generic_ingestion_pipeline"));
        }
    }

    private static IndexTemplateConfig template(String name, String variable, String pattern) {
        return new IndexTemplateConfig(name, TEMPLATES + name + ".json", VERSION, VERSION_VARIABLE, Map.of(variable, pattern));
    }

    private static IngestPipelineConfig pipeline(String id, String file) {
        return new JsonIngestPipelineConfig(id, PIPELINES + file + ".json", VERSION, VERSION_VARIABLE);
    }

    private static ComponentTemplate parse(IndexTemplateConfig config) {
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(XContentParserConfiguration.EMPTY, config.loadBytes())) {
            return ComponentTemplate.parse(parser);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    protected String getOrigin() {
        return ClientHelper.ENT_SEARCH_ORIGIN;
    }

    @Override
    protected Map<String, ComponentTemplate> getComponentTemplateConfigs() {
        return components;
    }

    @Override
    protected Map<String, ComposableIndexTemplate> getComposableTemplateConfigs() {
        return templates;
    }

    @Override
    protected List<IngestPipelineConfig> getIngestPipelines() {
        return pipelines;
    }

    @Override
    protected boolean requiresMasterNode() {
        return true;
    }
}
