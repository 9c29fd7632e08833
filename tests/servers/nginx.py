"""nginx, as Debian packages it: a proxy before another server, for tests of TLS, passwords, slowness and failures."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.servers.asking import get_json
from tests.servers.debian import program, version_said
from tests.servers.product import HOST, Answer, Instance, Launch, Product

SETTINGS = """\
daemon off;
pid {folder}/pid;
worker_processes 1;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    client_max_body_size 200m;
    server {{
        listen 127.0.0.1:{ports[1]};
        location / {{ return 200 '{{"version": "$nginx_version", "token": "{token}"}}'; }}
    }}
    server {{
        listen 127.0.0.1:{ports[0]}{tls};
        {lines}
        location / {{
            proxy_pass {upstream};
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            {location}
        }}
    }}
}}
"""
TLS = "ssl_certificate {folder}/certificate.pem; ssl_certificate_key {folder}/key.pem;"
PASSWORD = 'auth_basic "searchsvc"; auth_basic_user_file {folder}/passwords;'


@dataclass(frozen=True)
class Nginx(Product):
    """A proxy before `upstream` (http://host:port), to be started with `private(Nginx(...))`.

    `tls` speaks https with a certificate of its own, `server.folder / "certificate.pem"`, for localhost and 127.0.0.1.
    `asks_password` wants the user `searchsvc`, whose password is the server's token. `location` is nginx's own words,
    such as `limit_rate 1k;` or `return 503;`.
    """

    name = "nginx"
    title = "nginx"
    ports = 2  # the proxy, and who it is
    user = "searchsvc"

    upstream: str = "http://127.0.0.1:9"
    tls: bool = False
    asks_password: bool = False
    location: str = ""

    def version(self) -> str:
        return version_said(program("nginx"), "-v")

    def launch(self, instance: Instance) -> Launch:
        folder = instance.folder
        lines = [text.format(folder=folder) for text, on in ((TLS, self.tls), (PASSWORD, self.asks_password)) if on]
        (folder / "passwords").write_text(f"{self.user}:{{PLAIN}}{instance.token}\n", "utf-8")
        settings = SETTINGS.format(
            folder=folder,
            ports=instance.ports,
            token=instance.token,
            tls=" ssl" if self.tls else "",
            lines=" ".join(lines),
            upstream=self.upstream,
            location=self.location,
        )
        (folder / "nginx.conf").write_text(settings, "utf-8")
        if self.tls and not (folder / "key.pem").exists():
            make_certificate(folder)
        return Launch((program("nginx"), "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")))

    def ask(self, instance: Instance) -> Answer | None:
        said = get_json(f"http://{HOST}:{instance.ports[1]}/")
        return Answer(said["version"], said["token"]) if said else None

    def url(self, instance: Instance) -> str:
        return f"{'https' if self.tls else 'http'}://{HOST}:{instance.port}"

    def password(self, instance: Instance) -> str:
        return instance.token if self.asks_password else ""


def make_certificate(folder: Path) -> None:
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "2", "-subj", "/CN=localhost", "-addext", names]
    command += ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run(command, capture_output=True, timeout=60, check=True)
