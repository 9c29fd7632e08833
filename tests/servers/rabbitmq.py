"""RabbitMQ, as Debian packages it, with a port mapper of its own: Erlang's usual one would stay behind."""

import re
import socket
from pathlib import Path

from tests.servers.debian import program
from tests.servers.product import HOST, Answer, Instance, Launch, NotInstalled, Product

SCRIPT = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")  # the one on PATH is for root alone
SECONDS = 5.0
HEADER = b"AMQP\x00\x00\x09\x01"
SETTINGS = """\
listeners.tcp.1 = 127.0.0.1:{port}
distribution.listener.port_range.min = {distribution}
distribution.listener.port_range.max = {distribution}
distribution.listener.interface = 127.0.0.1
default_user = {user}
default_pass = {token}
cluster_name = {token}
loopback_users = none
disk_free_limit.absolute = 50MB
log.console = true
log.console.level = info
log.file = false
"""


class RabbitMQ(Product):
    """The user `searchsvc` may do all; its password is the token."""

    name = "rabbitmq"
    title = "RabbitMQ"
    ports = 3  # AMQP, the mapper, between nodes
    user = "searchsvc"

    def version(self) -> str:
        if not SCRIPT.exists():
            raise NotInstalled
        [library] = SCRIPT.parent.parent.glob("lib/rabbitmq_server-*")
        return library.name.partition("-")[2]

    def launch(self, instance: Instance) -> Launch:
        folder = instance.folder
        port, mapper, distribution = instance.ports
        settings = SETTINGS.format(port=port, distribution=distribution, user=self.user, token=instance.token)
        (folder / "rabbitmq.conf").write_text(settings, "utf-8")
        (folder / "enabled_plugins").write_text("[].\n", "utf-8")
        environment = {
            "RABBITMQ_NODENAME": f"t{port}@localhost",
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "logs"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
            "ERL_EPMD_PORT": str(mapper),
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_MAX_PORTS": "4096",
            "RUNNING_UNDER_SYSTEMD": "1",  # the script then becomes Erlang, so that signals reach it
        }
        (folder / "rabbitmq-env.conf").touch()
        mapping = (program("epmd", "/usr/lib/erlang/erts*/bin"), "-port", str(mapper), "-address", HOST)
        return Launch((str(SCRIPT),), environment, beside=(mapping,))

    def ask(self, instance: Instance) -> Answer | None:
        try:
            with socket.create_connection((HOST, instance.port), SECONDS) as connection:
                connection.settimeout(SECONDS)
                connection.sendall(HEADER)
                said = connection.recv(4096).decode("latin-1")
        except OSError:
            return None
        version = re.search(r"versionS....([\d.]+)", said, re.DOTALL)
        name = re.search(r"cluster_nameS....([\w.-]+?)(?=\W)", said, re.DOTALL)
        return Answer(version[1], name[1]) if version and name else None

    def url(self, instance: Instance) -> str:
        return f"amqp://{self.user}:{instance.token}@{HOST}:{instance.port}//"
