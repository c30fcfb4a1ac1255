"""A name that leads to a public machine first and inside afterwards: the crawl ends, nothing inside is asked."""

import json
import subprocess
import sys
from pathlib import Path

from tests import ROOT

_CRAWL = """
import socket

PUBLIC, INSIDE = "127.0.0.2", "127.0.0.1"
resolve, asked = socket.getaddrinfo, []

def rebind(host, *rest, **more):
    if host != "bv.example":
        return resolve(host, *rest, **more)
    asked.append(host)
    return resolve(PUBLIC if len(asked) <= 2 else INSIDE, *rest, **more)

socket.getaddrinfo = rebind  # before anybody remembers the real one

import json, multiprocessing, sys, threading
from http.server import ThreadingHTTPServer
from pathlib import Path

import scrapy.resolver
import crawler.resolver
from crawler.process.child import run_orders
from crawler.process.job import Job, Order, RunReport
from crawler.source import parse_source
from tests.site.loopback import Answer, Site, article, handler_of, listing
from timthau.store.notice import Store

MENU = (("/bao-gia/", "Yêu cầu báo giá"),)
NAMES = {f"/{name}.html": f"Yêu cầu báo giá mua {name}" for name in ("gac", "kim")}
pages = {"/": listing(menu=MENU), "/bao-gia/": listing(*NAMES.items(), menu=MENU)}
pages |= {path: article(title) for path, title in NAMES.items()}
pages = {path: Answer(body, 200, {"Connection": "close"}) for path, body in pages.items()}

# One loopback address stands for a machine of the Internet, the other for one inside; both would answer.
sites = {address: Site(pages) for address in (PUBLIC, INSIDE)}
outside = ThreadingHTTPServer((PUBLIC, 0), handler_of(lambda _: sites[PUBLIC]))
port = outside.server_address[1]
inside = ThreadingHTTPServer((INSIDE, port), handler_of(lambda _: sites[INSIDE]))
for server in (outside, inside):
    threading.Thread(target=server.serve_forever, daemon=True).start()

is_public = crawler.resolver.is_public

class Forgetful(dict):
    def __setitem__(self, *_):
        pass

crawler.resolver.is_public = lambda address: address == PUBLIC or is_public(address)
scrapy.resolver.dnscache = Forgetful()

home = Path(sys.argv[1])
job = Job(home=home, database_url=f"sqlite:///{home}/timthau.db", delay=0)
source = parse_source("bv", {"title": "bv", "home": f"http://bv.example:{port}/"})
taken, gives = multiprocessing.Pipe(duplex=False)
gives.send(Order(source=source, job=job, seconds=60))
gives.send(None)
told = []
run_orders(job, taken, told.extend)
(report,) = (one for one in told if isinstance(one, RunReport))
print(json.dumps({
    "asked": len(asked), "status": report.status,
    "outside": len(sites[PUBLIC].requests), "inside": len(sites[INSIDE].requests),
}))
"""


def test_a_name_that_is_rebound_while_it_is_crawled_leads_nowhere_inside(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _CRAWL, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["outside"] > 0
    assert told["asked"] > 2
    assert told["inside"] == 0
    assert told["status"] != "ok"
