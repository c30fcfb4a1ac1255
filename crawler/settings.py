"""Scrapy's settings for every crawl; `crawler.process.run` adds what a source and the command line say."""

from timthau import __version__

BOT_NAME = "TimThau"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
USER_AGENT = f"TimThau/{__version__}"

# Politeness: one request to a host every two seconds, never in bursts, slower where the site answers slowly.
ROBOTSTXT_OBEY = True
DOWNLOAD_HANDLERS = dict.fromkeys(("http", "https"), "crawler.transport.BoundedHandler")
TWISTED_DNS_RESOLVER = "crawler.resolver.PublicResolver"
DOWNLOAD_DELAY = 2.0
DOWNLOAD_DELAY_JITTER = 0  # jitter would make every second pause shorter than promised
CONCURRENT_REQUESTS_PER_DOMAIN = 1
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = DOWNLOAD_DELAY
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # newest first, as the agenda has it
# Of one page: it yields a reading or none; by default Scrapy starts a hundred tasks for every answer.
CONCURRENT_ITEMS = 8
COOKIES_ENABLED = True  # some portals answer the first request with a redirect that only sets a cookie

# Bounds. Attachments have their own, see crawler.pipelines.
DOWNLOAD_MAXSIZE = 20_000_000
DOWNLOAD_WARNSIZE = 0  # what is too large is reported once, as a failed page
DOWNLOAD_TIMEOUT = 60
NOTICE_LETTERS = 5_000_000  # of one notice with its files, see TIMTHAU_NOTICE_MB
REDIRECT_MAX_TIMES = 5
DOWNLOAD_FAIL_ON_DATALOSS = False  # what came is read in the end, and the run says that it is not all
RETRY_TIMES = 2
RETRY_HTTP_CODES = [500, 502, 503, 504, 522, 524, 408]  # 429 is answered by a pause
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # the run's report says it

HTTPCACHE_ENABLED = False  # the store remembers what was read; turn on while writing a platform
HTTPCACHE_DIR = "httpcache"

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # SiteBounds knows ports and private addresses
    "crawler.middlewares.SiteBounds": 50,
    "crawler.middlewares.OwnWays": 60,
    "crawler.middlewares.RobotsAnswers": 70,
    "crawler.middlewares.Wall": 540,
    "crawler.middlewares.AskAgain": 555,
    "crawler.middlewares.Pause": 560,
    "crawler.middlewares.TrueEncoding": 580,  # of what was unpacked
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.middlewares.Unpack": 590,  # in its place
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,  # no source has a password
}
SPIDER_MIDDLEWARES = {  # each is one more generator around all that a page leads to
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,  # what is read is bounded otherwise
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,  # a warning to programmers
}
ITEM_PIPELINES = {
    "crawler.pipelines.Attach": 100,
    "crawler.pipelines.Read": 200,
    "crawler.pipelines.Keep": 300,
}
EXTENSIONS = {
    "crawler.extensions.Budget": 50,
    "crawler.extensions.CrawlDelay": 100,
    "crawler.extensions.RunRecord": 200,
}

TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
STATS_DUMP = False
LOG_LEVEL = "WARNING"
LOG_INSTALL_ROOT_HANDLER = False  # crawler.process.log keeps a log for each run
FEED_EXPORT_ENCODING = "utf-8"
