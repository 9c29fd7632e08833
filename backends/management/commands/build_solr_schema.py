from pathlib import Path
from typing import Any

from django.core.management import load_command_class
from django.core.management.base import BaseCommand, CommandError, CommandParser
from haystack import connections
from haystack.constants import DEFAULT_ALIAS

SCHEMA = "schema.xml"
WRONG_USE = 2


class Command(BaseCommand):
    help = (
        "Write the configset that Solr needs for backends.solr: one for every index, so once for each Solr. For a "
        "connection on Haystack's own Solr engine this is Haystack's command."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("-u", "--using", default=DEFAULT_ALIAS, help="the connection (%(default)s)")
        parser.add_argument("-f", "--filename", help="write schema.xml to this file instead of printing it")
        parser.add_argument(
            "-c",
            "--configure-directory",
            help="write schema.xml and solrconfig.xml into this folder, such as SOLR_HOME/configsets/searchsvc/conf",
        )
        parser.add_argument("-r", "--reload-core", action="store_true", help="let Solr read them anew")

    def handle(self, **options: Any) -> None:
        if options["using"] not in connections.connections_info:
            known = ", ".join(connections.connections_info)
            raise CommandError(f"There is no connection '{options['using']}'; there are {known}.", returncode=WRONG_USE)
        backend = connections[options["using"]].get_backend()
        if not hasattr(backend, "configset"):
            load_command_class("haystack", "build_solr_schema").handle(**options)
            return
        files: dict[str, str] = backend.configset()
        if folder := options["configure_directory"]:
            self.write(Path(folder), files)
        elif options["filename"]:
            self.write(Path(options["filename"]).parent, {Path(options["filename"]).name: files[SCHEMA]})
        elif not options["reload_core"]:
            self.stdout.write(files[SCHEMA])
        if options["reload_core"]:
            backend.reload()
            self.stdout.write("Solr has read its configuration anew.")

    def write(self, folder: Path, files: dict[str, str]) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, text in files.items():
                (folder / name).write_text(text, "utf-8")
        except OSError as error:
            raise CommandError(f"{folder} cannot be written: {error}") from error
        self.stdout.write(f"Wrote {', '.join(files)} to {folder}.")
