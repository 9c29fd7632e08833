"""Fill the app, build the indexes, ask for the addresses on the command line, and print {address: [status, page]}."""

import json
import sys

import django

django.setup()

from cinema.models import Film, Play  # noqa: E402 - models need Django set up
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

call_command("migrate", run_syncdb=True, verbosity=0)
Film.objects.create(title="Seven Samurai", plot="Farmers hire swordsmen.", genre="drama", year=1954)
Film.objects.create(
    title="<i>Metropolis</i>", plot="A city.", genre="fantasy", year=1927, is_silent=True, website="javascript:alert(1)"
)
Play.objects.create(title="Hamlet", plot="A prince hesitates with swordsmen about.")
call_command("rebuild_index", interactive=False, verbosity=0)
client = Client()
replies = {address: client.get(address) for address in sys.argv[1:]}
print(json.dumps({address: [reply.status_code, reply.content.decode()] for address, reply in replies.items()}))  # noqa: T201
