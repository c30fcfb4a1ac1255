"""The Scrapy spiders: one for agencies' sites, two for what the national portal lists."""
