"""PostgreSQL, as Debian packages it: a cluster of its own, in the instance's folder."""

import os
import pwd
import subprocess

from tests.servers.debian import program, version_said
from tests.servers.process import USER
from tests.servers.product import HOST, Answer, Instance, Launch, Product

BIN = "/usr/lib/postgresql/*/bin"
SETTINGS = """\
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
cluster_name = '{token}'
max_connections = 200
"""


class PostgreSQL(Product):
    """The user `searchsvc` may do all; its password is the token. Make a database of your own with `unique()`."""

    name = "postgresql"
    title = "PostgreSQL"
    user = "searchsvc"

    def version(self) -> str:
        return version_said(program("postgres", BIN), "--version")

    def launch(self, instance: Instance) -> Launch:
        data = instance.folder / "data"
        if not data.exists():
            self.make_cluster(instance)
            settings = SETTINGS.format(port=instance.port, folder=instance.folder, token=instance.token)
            with (data / "postgresql.conf").open("a") as file:
                file.write(settings)
        return Launch((program("postgres", BIN), "-D", str(data)))

    def make_cluster(self, instance: Instance) -> None:
        """Run initdb as whoever will run the server."""
        secret = instance.folder / "password"
        secret.write_text(instance.token, "utf-8")
        secret.chmod(0o644)
        command = [program("initdb", BIN), "-D", str(instance.folder / "data"), "-U", self.user, "-A", "scram-sha-256"]
        command += [f"--pwfile={secret}", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        who = pwd.getpwnam(USER) if os.geteuid() == 0 else None
        subprocess.run(
            command,
            user=who.pw_uid if who else None,
            group=who.pw_gid if who else None,
            extra_groups=[] if who else None,
            capture_output=True,
            cwd=instance.folder,
            timeout=120,
            check=True,
        )

    def ask(self, instance: Instance) -> Answer | None:
        command = [program("psql", BIN), "-X", "-A", "-t", "-h", HOST, "-p", str(instance.port), "-U", self.user]
        command += ["-d", "postgres", "-c", "show server_version", "-c", "show cluster_name"]
        environment = {"PGPASSWORD": instance.token, "PGCONNECT_TIMEOUT": "5", "PATH": os.environ.get("PATH", "")}
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
        if ran.returncode:
            return None
        version, token = ran.stdout.splitlines()
        return Answer(version.split()[0], token)

    def url(self, instance: Instance) -> str:
        return f"postgres://{self.user}:{instance.token}@{HOST}:{instance.port}/postgres"
