"""Stand-ins for sites, servers and people that tests work with."""
