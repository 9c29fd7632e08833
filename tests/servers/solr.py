"""Solr: its own web application in Jetty, from its jars on Maven Central."""

import contextlib
import shutil
from pathlib import Path
from urllib.parse import urlencode

from tests.servers.asking import get_json, send
from tests.servers.java import find_jdk
from tests.servers.maven import Maven, Recipe
from tests.servers.product import HOST, Answer, Instance, Launch, NotInstalled, Product, Server

VERSION = "9.10.1"
MAIN = "SolrServer"
CONFIGSET = "minimal"
OURS = Path(__file__).resolve().parents[2] / "backends" / "solr" / "configset"
JVM = ("-server", "-Xms64m", "-Xmx384m", "-Xss512k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
PROPERTIES = {
    "user.timezone": "UTC",
    "file.encoding": "UTF-8",
    "java.awt.headless": "true",
    "log4j2.disableJmx": "true",
    "jetty.host": HOST,
    "solr.jetty.host": HOST,
    "host": HOST,
    "solr.max.booleanClauses": "65536",  # Solr's own 1,024 are fewer than people's longest questions have
}


def build(work: Path, maven: Maven) -> Path:
    home = work / "home"
    maven.jars(work / "sources" / "pom.xml", home / "lib")
    maven.compile(work / "sources" / f"{MAIN}.java", home / "lib", home / "classes")
    return home


RECIPE = Recipe("solr", VERSION, build)


class Solr(Product):
    """Standalone; with `cloud`, SolrCloud with its own ZooKeeper.

    Configsets lie in `server.folder / "configsets"`; `minimal` and our engine's `searchsvc` are there.
    """

    name = "solr"
    title = "Solr"
    ports = 2  # ZooKeeper listens on the second
    options = frozenset({"cloud"})

    def version(self) -> str:
        if not RECIPE.is_installed():
            raise NotInstalled
        return VERSION

    def launch(self, instance: Instance) -> Launch:
        home, folder = RECIPE.home(), instance.folder
        configset = folder / "configsets" / CONFIGSET
        shutil.copytree(RECIPE.sources / "configset", configset, dirs_exist_ok=True)
        shutil.copytree(OURS, folder / "configsets" / "searchsvc", dirs_exist_ok=True)
        for name in ("solr.xml", "log4j2.xml"):
            shutil.copy(RECIPE.sources / name, folder)
        zookeeper = (RECIPE.sources / "zoo.cfg").read_text("utf-8") + f"clientPort={instance.ports[1]}\n"
        (folder / "zoo.cfg").write_text(zookeeper, "utf-8")
        own = {
            "java.io.tmpdir": str(folder / "tmp"),
            "log4j2.configurationFile": f"{folder}/log4j2.xml",
            "jetty.port": str(instance.port),
            "solr.log.dir": f"{folder}/logs",
            "solr.solr.home": str(folder),
            "solr.install.dir": str(folder),
            "solr.default.confdir": f"{configset}/conf",
            "solr.configset.bootstrap.config": f"{configset}/conf",
            "searchsvc.token": instance.token,
        }
        if "cloud" in instance.options:
            own |= {"zkRun": f"{HOST}:{instance.ports[1]}"}
        properties = [f"-D{name}={value}" for name, value in {**PROPERTIES, **own}.items()]
        java = str(find_jdk() / "bin" / "java")
        crash = ("-XX:+ExitOnOutOfMemoryError", f"-XX:ErrorFile={folder}/hs_err_pid%p.log")
        return Launch((java, *JVM, *crash, *properties, "-cp", f"{home}/classes:{home}/lib/*", MAIN))

    def ask(self, instance: Instance) -> Answer | None:
        admin = f"{instance.base}/solr/admin/info"
        system = get_json(f"{admin}/system?wt=json")
        properties = get_json(f"{admin}/properties?wt=json&name=searchsvc.token")
        if not system or not properties:
            return None
        return Answer(system["lucene"]["solr-spec-version"], properties["system.properties"]["searchsvc.token"])

    def url(self, instance: Instance) -> str:
        return f"{instance.base}/solr"

    def clear(self, server: Server) -> None:
        aliases = get_json(f"{server.url}/admin/collections?action=LISTALIASES&wt=json")
        for name in (aliases or {}).get("aliases", ()):
            if name.startswith(server.prefix):
                send("GET", f"{server.url}/admin/collections?{urlencode({'action': 'DELETEALIAS', 'name': name})}")
        collections = get_json(f"{server.url}/admin/collections?action=LIST&wt=json")  # None when it is no SolrCloud
        for name in (collections or {}).get("collections", ()):
            if name.startswith(server.prefix):
                send("GET", f"{server.url}/admin/collections?{urlencode({'action': 'DELETE', 'name': name})}")
        cores = get_json(f"{server.url}/admin/cores?action=STATUS&indexInfo=false&wt=json") or {"status": {}}
        for name in cores["status"]:
            if name.startswith(server.prefix):
                unload = urlencode({"action": "UNLOAD", "core": name, "deleteInstanceDir": "true"})
                with contextlib.suppress(OSError):  # a collection took it along
                    send("GET", f"{server.url}/admin/cores?{unload}")
