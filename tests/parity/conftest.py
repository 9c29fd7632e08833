from tests.demo_site import demo

__all__ = ["demo"]
