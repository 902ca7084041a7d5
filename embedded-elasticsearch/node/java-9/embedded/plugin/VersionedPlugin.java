package embedded.plugin;

import java.util.Collection;
import java.util.List;

import org.elasticsearch.plugins.ActionPlugin;
import org.elasticsearch.plugins.Plugin;

/** Registers actions with the plugin API of 9.x. */
abstract class VersionedPlugin extends Plugin implements ActionPlugin {
    @Override
    public Collection<ActionHandler> getActions() {
        return List.of(new ActionHandler(RootAction.TYPE, RootAction.class));
    }
}
