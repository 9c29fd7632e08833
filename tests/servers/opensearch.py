"""OpenSearch: one node made of its jars on Maven Central."""

from pathlib import Path

from tests.servers.asking import send
from tests.servers.elasticsearch import CLUSTER, ask_cluster
from tests.servers.java import find_jdk
from tests.servers.maven import Maven, Recipe
from tests.servers.product import Answer, Instance, Launch, NotInstalled, Product, Server

VERSION = "3.8.0"
MAIN = "OpenSearchNode"
JVM = ("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError")
SETTINGS = {
    "node.name": "n1",
    "discovery.type": "single-node",
    "network.host": "127.0.0.1",
    "cluster.routing.allocation.disk.threshold_enabled": "false",
    "cluster.max_shards_per_node": "20000",
    "action.destructive_requires_name": "false",
}


def build(work: Path, maven: Maven) -> Path:
    home = work / "home"
    maven.jars(work / "sources" / "pom.xml", home / "lib")
    maven.compile(work / "sources" / f"{MAIN}.java", home / "lib", home / "classes")
    return home


RECIPE = Recipe("opensearch", VERSION, build)


class OpenSearch(Product):
    name = "opensearch"
    title = "OpenSearch"
    ports = 2

    def version(self) -> str:
        if not RECIPE.is_installed():
            raise NotInstalled
        return VERSION

    def launch(self, instance: Instance) -> Launch:
        home, folder = RECIPE.home(), instance.folder
        config = folder / "config"
        config.mkdir(exist_ok=True)
        (config / "log4j2.xml").write_bytes((RECIPE.sources / "log4j2.xml").read_bytes())
        http, transport = (str(port) for port in instance.ports)
        own = {"cluster.name": CLUSTER + instance.token, "http.port": http, "transport.port": transport}
        java = (
            str(find_jdk() / "bin" / "java"),
            *JVM,
            f"-Djava.io.tmpdir={folder / 'tmp'}",
            f"-XX:ErrorFile={folder}/hs_err_pid%p.log",
            "--enable-native-access=ALL-UNNAMED",
            "--add-modules=jdk.incubator.vector",
            "-Dlog4j2.disable.jmx=true",
            f"-Dlog4j.configurationFile={config}/log4j2.xml",
            "-Dio.netty.noUnsafe=true",
        )
        settings = [f"{name}={value}" for name, value in {**SETTINGS, **own}.items()]
        return Launch((*java, "-cp", f"{home}/classes:{home}/lib/*", MAIN, str(folder), *settings))

    def ask(self, instance: Instance) -> Answer | None:
        return ask_cluster(instance, "", "")

    def clear(self, server: Server) -> None:
        send("DELETE", f"{server.url}/{server.prefix}*")
