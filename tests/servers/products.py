"""Every server there is, by name."""

from tests.servers.elasticsearch import Elasticsearch
from tests.servers.opensearch import OpenSearch
from tests.servers.postgresql import PostgreSQL
from tests.servers.product import Product
from tests.servers.rabbitmq import RabbitMQ
from tests.servers.redis import Redis
from tests.servers.solr import Solr

KINDS: tuple[type[Product], ...] = (Solr, Elasticsearch, OpenSearch, Redis, PostgreSQL, RabbitMQ)
PRODUCTS: dict[str, Product] = {kind.name: kind() for kind in KINDS}


def product_of(name: str, options: frozenset[str] = frozenset()) -> Product:
    """Return the product. Raises ValueError for a name or an option that is none."""
    product = PRODUCTS.get(name)
    if product is None:
        raise ValueError(f"no server is called {name!r}; there are {', '.join(PRODUCTS)}")
    if options - product.options:
        raise ValueError(f"{name} has no option {', '.join(sorted(options - product.options))}")
    return product
