"""`tests/servers/install [NAME...]`: brings the servers that come from Maven Central; see --help."""

import sys
import time

from tests.servers import elasticsearch, opensearch, solr
from tests.servers.cache import CannotInstall
from tests.servers.maven import Recipe, contents

RECIPES: dict[str, Recipe] = {module.RECIPE.name: module.RECIPE for module in (solr, elasticsearch, opensearch)}


def main(names: list[str]) -> int:
    failed = False
    for name in names or RECIPES:
        recipe = RECIPES[name]
        began = time.monotonic()
        was_there = recipe.is_installed()
        try:
            home = recipe.install()
        except CannotInstall as error:
            print(f"- {name} {recipe.version}: {error}", file=sys.stderr)
            failed = True
            continue
        size = contents(home)["bytes"] / 1e6
        how = "was there" if was_there else f"built in {time.monotonic() - began:.0f} s"
        print(f"- {name} {recipe.version}: {how}, {size:.0f} MB in {home}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
