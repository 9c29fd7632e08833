"""What Elasticsearch and OpenSearch share: one language of queries in JSON, one way to keep generations."""
