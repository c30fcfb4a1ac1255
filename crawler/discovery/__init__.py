"""From a fetched page to the addresses worth fetching: links, pagers, feeds, agenda."""
