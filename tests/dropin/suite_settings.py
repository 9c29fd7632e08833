"""Haystack's own test settings, on whichever engine SUITE_ENGINE names. Its servers' connections are left out."""

import os

from test_haystack.settings import *  # noqa: F403 - what a settings module of another does

HAYSTACK_CONNECTIONS = {
    alias: {**options, "ENGINE": os.environ["SUITE_ENGINE"] if "PATH" in options else options["ENGINE"]}
    for alias, options in HAYSTACK_CONNECTIONS.items()  # noqa: F405 - as above
    if "URL" not in options
}
