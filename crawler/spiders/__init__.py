"""The Scrapy spiders: one for agencies' sites, one for the national portal."""
