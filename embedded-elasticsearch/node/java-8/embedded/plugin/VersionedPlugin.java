package embedded.plugin;

import java.util.Collection;
import java.util.List;

import org.elasticsearch.action.ActionRequest;
import org.elasticsearch.action.ActionResponse;
import org.elasticsearch.plugins.ActionPlugin;
import org.elasticsearch.plugins.Plugin;

/** Registers actions with the plugin API of 8.x. */
abstract class VersionedPlugin extends Plugin implements ActionPlugin {
    @Override
    public Collection<ActionHandler<? extends ActionRequest, ? extends ActionResponse>> getActions() {
        return List.of(new ActionHandler<>(RootAction.TYPE, RootAction.class));
    }
}
