"""Settings of the property tests of the core."""

from hypothesis import settings

# No test is about speed here, and a busy machine may take its time.
settings.register_profile("searchsvc", deadline=None)
settings.load_profile("searchsvc")
