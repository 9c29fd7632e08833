"""Redis, as Debian packages it."""

import re
import socket

from tests.servers.debian import program, version_said
from tests.servers.product import HOST, Answer, Instance, Launch, Product

SECONDS = 5.0


class Redis(Product):
    """Its password is the token."""

    name = "redis"
    title = "Redis"
    user = "default"

    def version(self) -> str:
        return version_said(program("redis-server"), "--version")

    def launch(self, instance: Instance) -> Launch:
        settings = {
            "bind": HOST,
            "port": instance.port,
            "dir": instance.folder,
            "requirepass": instance.token,
            "save": '""',
            "appendonly": "yes",  # what was acknowledged survives kill -9, for tests that start it again
            "appendfsync": "always",
        }
        lines = [f"{name} {value}" for name, value in settings.items()]
        (instance.folder / "redis.conf").write_text("\n".join([*lines, ""]), "utf-8")
        return Launch((program("redis-server"), str(instance.folder / "redis.conf")))

    def ask(self, instance: Instance) -> Answer | None:
        asked = f"AUTH {instance.token}\r\nINFO server\r\nQUIT\r\n".encode()
        try:
            with socket.create_connection((HOST, instance.port), SECONDS) as connection:
                connection.sendall(asked)
                said = connection.makefile("rb").read().decode("utf-8", "replace")
        except OSError:
            return None
        found = re.search(r"redis_version:(\S+)", said)
        return Answer(found[1], instance.token) if found else None  # a wrong password is told nothing

    def url(self, instance: Instance) -> str:
        return f"redis://:{instance.token}@{HOST}:{instance.port}/0"
