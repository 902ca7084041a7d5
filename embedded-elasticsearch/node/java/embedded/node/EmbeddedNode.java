package embedded.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.KeyStoreWrapper;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * Starts one Elasticsearch node and stops it when standard input closes. The parent process holds the other end, which the operating
 * system closes when the parent exits for any reason.
 *
 * Arguments: home folder (jars, modules; shared and never written to), folder of this node (data, logs), HTTP port (0: the system
 * chooses; the node writes the port to logs/http.ports), whether to delete this node's folder at the end, folder of the configuration,
 * whose elasticsearch.yml can contain more settings. If the environment variable ELASTIC_PASSWORD is set, it is the password of the
 * user `elastic`, as in the official image.
 */
public final class EmbeddedNode {
    /** Exit status if the HTTP port is in use. */
    private static final int PORT_TAKEN = 10;
    /** Exit status of any other failure; the log has the cause. Java itself uses 1 to 3. */
    private static final int FAILED = 11;

    private static final long CLOSE_SECONDS = 6;
    /** Time limit for closing the node. Halting afterwards loses no acknowledged data, because the translog has it. */
    private static final long HALT_SECONDS = 8;

    private static volatile Node node;
    /** True if the parent has exited. Otherwise the parent reads the log and then deletes this node's folder. */
    private static volatile boolean orphaned;

    private EmbeddedNode() {}

    public static void main(String[] arguments) {
        Path home = Path.of(arguments[0]).toAbsolutePath();
        Path folder = Path.of(arguments[1]).toAbsolutePath();
        boolean temporary = Boolean.parseBoolean(arguments[3]);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(temporary ? folder : null), "close-node"));
        // Not a daemon thread, because it keeps the process alive.
        new Thread(EmbeddedNode::endWithStandardInput, "watch-standard-input").start();
        try {
            start(settings(home, folder, arguments[2], Path.of(arguments[4])), Path.of(arguments[4]));
        } catch (Throwable failure) {
            failure.printStackTrace();
            System.exit(isPortTaken(failure) ? PORT_TAKEN : FAILED);
        }
    }

    private static Settings settings(Path home, Path folder, String port, Path config) throws IOException {
        Settings.Builder settings = Settings.builder()
            .put("path.home", home.toString())
            .put("path.data", folder.resolve("data").toString())
            .put("path.logs", folder.resolve("logs").toString())
            .put("cluster.name", "embedded-elasticsearch")
            .put("node.name", "embedded")
            .put("node.portsfile", true)
            .put("network.host", "127.0.0.1")
            .put("http.port", port)
            .put("transport.port", "0")
            .put("discovery.type", "single-node")
            // Otherwise indices become read-only on a nearly full disk.
            .put("cluster.routing.allocation.disk.threshold_enabled", false);
        Path more = config.resolve("elasticsearch.yml");
        if (Files.exists(more)) {
            settings.loadFromPath(more);
        }
        String password = System.getenv("ELASTIC_PASSWORD");
        if (password != null) {
            KeyStoreWrapper keystore = KeyStoreWrapper.create();
            keystore.setString("bootstrap.password", password.toCharArray());
            settings.setSecureSettings(keystore);
        }
        return settings.build();
    }

    private static void start(Settings settings, Path config) throws Exception {
        Environment environment = new Environment(settings, config);
        LogConfigurator.loadLog4jPlugins();
        LogConfigurator.configure(environment, true);
        PluginsLoader plugins = PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(environment.modulesDir()),
            Set.of(),
            Map.of(),
            false
        );
        Node created = new Node(environment, plugins);
        node = created;
        created.start();
    }

    private static void endWithStandardInput() {
        InputStream input = System.in;
        try {
            while (input.read() != -1) {
                // The input is ignored; only the end of the stream matters.
            }
        } catch (IOException closed) {
            // Handled like the end of the stream.
        }
        orphaned = true;
        System.exit(0);
    }

    private static void close(Path folderToDelete) {
        haltLater();
        Node running = node;
        try {
            if (running != null) {
                running.close();
                running.awaitClose(CLOSE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (Exception failure) {
            failure.printStackTrace();
        } finally {
            if (folderToDelete != null && orphaned) {
                delete(folderToDelete);
            }
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.deleteIfExists(path);
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
        } catch (IOException | UncheckedIOException failure) {
            // There is no process left to report to.
        }
    }

    private static boolean isPortTaken(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return true;
            }
        }
        return false;
    }

    private static void haltLater() {
        Thread halt = new Thread(() -> {
            try {
                TimeUnit.SECONDS.sleep(HALT_SECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(FAILED);
        }, "halt");
        halt.setDaemon(true);
        halt.start();
    }
}
