import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.servlet.DispatcherType;
import javax.servlet.ServletContextEvent;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.apache.solr.core.CoreContainer;
import org.apache.solr.servlet.CoreContainerProvider;
import org.apache.solr.servlet.SolrDispatchFilter;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.rewrite.handler.RewriteHandler;
import org.eclipse.jetty.rewrite.handler.RewritePatternRule;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.FilterHolder;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Runs the real Solr web application (Solr's own servlet filter and listener) in Jetty, wired as the
 * distribution's server/etc/jetty.xml, jetty-http.xml and WEB-INF/web.xml wire it; no admin UI.
 * Settings come from the system properties that bin/solr sets: jetty.host, jetty.port, solr.solr.home ...
 */
public class SolrServer {
  public static class NotFound extends HttpServlet {
    @Override
    protected void service(HttpServletRequest req, HttpServletResponse rsp) throws IOException {
      rsp.sendError(404, "Can not find: " + req.getRequestURI());
    }
  }

  public static void main(String[] args) throws Exception {
    String host = System.getProperty("jetty.host", "127.0.0.1");
    int port = Integer.getInteger("jetty.port", 8983);
    if (System.getProperty("solr.solr.home") == null) throw new IllegalArgumentException("-Dsolr.solr.home is not set");

    QueuedThreadPool threads = new QueuedThreadPool(10000, 10, 120000);
    threads.setReservedThreads(0);
    Server server = new Server(threads);

    HttpConfiguration http = new HttpConfiguration();
    http.setOutputBufferSize(32768);
    http.setOutputAggregationSize(8192);
    http.setRequestHeaderSize(8192); // a longer GET is refused with 414, as in production
    http.setResponseHeaderSize(8192);
    http.setSendServerVersion(false);
    http.setRelativeRedirectAllowed(true);
    ServerConnector connector =
        new ServerConnector(server, new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http));
    connector.setHost(host);
    connector.setPort(port);
    connector.setIdleTimeout(120000);
    server.addConnector(connector);

    ServletContextHandler context = new ServletContextHandler(null, "/solr", ServletContextHandler.NO_SESSIONS);
    context.addEventListener(new CoreContainerProvider() {
      @Override
      public void contextInitialized(ServletContextEvent event) {
        Properties node = new Properties();
        node.setProperty("hostPort", Integer.toString(port));
        event.getServletContext().setAttribute(SolrDispatchFilter.PROPERTIES_ATTRIBUTE, node);
        super.contextInitialized(event);
      }
    });
    SolrDispatchFilter filter = new SolrDispatchFilter();
    List<Pattern> ui = Stream.of("partials", "libs", "css", "js", "img", "templates", "ui")
        .map(d -> Pattern.compile("/" + d + "/.+")).collect(Collectors.toList());
    filter.setExcludePatterns(ui);
    context.addFilter(new FilterHolder(filter), "/*", EnumSet.of(DispatcherType.REQUEST));
    context.addServlet(new ServletHolder(new NotFound()), "/*");

    RewriteHandler rewrite = new RewriteHandler(); // the v2 API: /api/... -> /solr/____v2/...
    rewrite.setOriginalPathAttribute("requestedPath");
    rewrite.addRule(new RewritePatternRule("/api/*", "/solr/____v2"));
    rewrite.setHandler(context);
    server.setHandler(rewrite);

    server.setStopTimeout(30000);
    server.setStopAtShutdown(true); // SIGTERM and SIGINT close the cores cleanly
    server.start();
    // A broken solr.xml does not fail the start: Solr would answer 404 for ever. End instead.
    CoreContainer cores = null;
    try {
      cores = filter.getCores();
    } catch (Exception e) {
      System.err.println("SOLR FAILED " + e.getMessage());
    }
    if (cores == null || cores.isShutDown()) {
      server.stop();
      System.exit(1);
    }
    cores.waitForLoadingCoresToFinish(60000); // until then a core answers 503 "SolrCore is loading"
    System.out.println("SOLR READY http://" + host + ":" + connector.getLocalPort() + "/solr");
    server.join();
  }
}
