"""What earlier runs learned of a site: pages, validators, files."""
