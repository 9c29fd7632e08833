import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import org.opensearch.Version;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.PluginInfo;

/** args: HOME NAME=VALUE... One OpenSearch node, with every module found in the class path's jars, and these settings. */
public class OpenSearchNode {
  static class Local extends Node {
    Local(Environment environment, Collection<PluginInfo> modules) {
      super(environment, modules, true);
    }
  }

  /** Every concrete plugin class whose name ends in ModulePlugin, in the jars of the class path. */
  static List<PluginInfo> modules() throws Exception {
    List<PluginInfo> found = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(":")) {
      if (!entry.endsWith(".jar")) continue;
      try (JarFile jar = new JarFile(entry)) {
        List<String> names = new ArrayList<>();
        jar.stream().map(e -> e.getName())
            .filter(n -> n.endsWith("ModulePlugin.class") && !n.contains("$"))
            .forEach(n -> names.add(n.replace('/', '.').substring(0, n.length() - ".class".length())));
        for (String name : names) {
          if (!Plugin.class.isAssignableFrom(Class.forName(name))) continue;
          found.add(new PluginInfo(name, "class path module", "NA", Version.CURRENT,
              Integer.toString(Runtime.version().feature()), name, null, Collections.emptyList(), false));
        }
      }
    }
    return found;
  }

  public static void main(String[] args) throws Exception {
    Path home = Paths.get(args[0]).toAbsolutePath();
    for (String folder : List.of("config", "data", "logs")) Files.createDirectories(home.resolve(folder));
    Settings.Builder settings = Settings.builder().put("path.home", home.toString())
        .put("path.data", home.resolve("data").toString()).put("path.logs", home.resolve("logs").toString());
    for (int i = 1; i < args.length; i++) {
      int equals = args[i].indexOf('=');
      settings.put(args[i].substring(0, equals), args[i].substring(equals + 1));
    }
    Node node = new Local(
        InternalSettingsPreparer.prepareEnvironment(settings.build(), Collections.emptyMap(), home.resolve("config"), () -> "n1"),
        modules());
    CountDownLatch closed = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      try {
        node.close();
        node.awaitClose(30, TimeUnit.SECONDS);
      } catch (Exception e) {
        e.printStackTrace();
      }
      closed.countDown();
    }));
    node.start();
    closed.await();
  }
}
