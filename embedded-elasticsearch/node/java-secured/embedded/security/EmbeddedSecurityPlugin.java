package embedded.security;

import java.util.Collection;
import java.util.List;

import org.elasticsearch.common.settings.Setting;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.plugins.ScriptPlugin;
import org.elasticsearch.script.ScriptContext;
import org.elasticsearch.script.ScriptEngine;

/**
 * Installs the built-in templates and pipelines for connectors and supports the conditions in those pipelines. Elasticsearch does this
 * in a module that is not published. This plugin is separate because it extends x-pack-core, which the plain node lacks.
 */
public final class EmbeddedSecurityPlugin extends Plugin implements ScriptPlugin {
    private static final Setting<Boolean> GENERIC_PIPELINE = Setting.boolSetting(
        "embedded.generic_pipeline",
        false,
        Setting.Property.NodeScope
    );

    private final Settings settings;

    public EmbeddedSecurityPlugin(Settings settings) {
        this.settings = settings;
    }

    @Override
    public List<Setting<?>> getSettings() {
        return List.of(GENERIC_PIPELINE);
    }

    @Override
    public Collection<?> createComponents(PluginServices services) {
        ConnectorTemplates templates = new ConnectorTemplates(services, GENERIC_PIPELINE.get(settings));
        templates.initialize();
        return List.of(templates);
    }

    @Override
    public ScriptEngine getScriptEngine(Settings settings, Collection<ScriptContext<?>> contexts) {
        return new Conditions();
    }
}
