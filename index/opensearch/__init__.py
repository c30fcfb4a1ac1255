"""The engine on a cluster of OpenSearch, for those whom one machine does not suffice."""
