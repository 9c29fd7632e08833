"""`tests/servers/start NAME[+OPTION]...`: the servers of the tests, by hand, until Ctrl-C."""

import signal
import sys
from contextlib import ExitStack

from tests.servers.process import DidNotStart
from tests.servers.product import NotInstalled
from tests.servers.sharing import running


def main(names: list[str]) -> int:
    if not names:
        print("usage: tests/servers/start NAME[+OPTION]...   such as solr+cloud or elasticsearch", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as stack:
        try:
            for name in names:
                server = stack.enter_context(running(*name.split("+")))
                who = f" as {server.user} with {server.password}" if server.user else ""
                print(f"{name} {server.version}: {server.url}{who}, log {server.log}", flush=True)
            print("Ctrl-C ends them.", flush=True)
            signal.pause()
        except NotInstalled:
            print(f"{name} is not here; get it with: tests/servers/install {name.split('+')[0]}", file=sys.stderr)
            return 1
        except (DidNotStart, ValueError) as error:
            print(error, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("ending")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
