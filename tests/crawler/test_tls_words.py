"""What is wrong with a site's TLS is said, with the key of a definition that helps."""

import json
import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from crawler.intermediate import fetch_intermediates
from crawler.process.run import crawl
from crawler.single.visit import Visit
from crawler.source import parse_source
from crawler.tls import explain_tls
from tests import ROOT
from tests.site.loopback import Answer, Site, serve, title
from tests.site.proxy import serve_proxy
from tests.site.small_site import one_list
from timthau.config import Settings
from timthau.errors import DocumentError

Server = Callable[..., ssl.SSLContext]

_KEY = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A server whose certificate is signed by an authority that is trusted or not, with what openssl is told of it."""

    def run(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=tmp_path, check=True, capture_output=True)

    for name in ("root", "middle", "other"):
        run(*f"req {_KEY} -keyout {name}.key -out {name}.csr -subj /CN={name}".split())
    (tmp_path / "ca.ext").write_text("basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n")
    run(*"x509 -req -in root.csr -signkey root.key -out root.pem -days 9 -extfile ca.ext".split())
    run(*"x509 -req -in other.csr -signkey other.key -out other.pem -days 9 -extfile ca.ext".split())
    run(
        *"x509 -req -in middle.csr -CA root.pem -CAkey root.key -CAcreateserial -out middle.pem -days 9".split(),
        *(
            "-extfile",
            "ca.ext",
        ),
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "root.pem"))

    def make(kind: str, place: str = "") -> ssl.SSLContext:
        signer = {"missing": "middle", "unknown": "other"}.get(kind, "root")
        name = "DNS:benhvien.example" if kind == "name" else "IP:127.0.0.1"
        aia = "\nauthorityInfoAccess=caIssuers;URI:http://ca.example/middle.crt" if kind == "missing" else ""
        if place:
            aia = f"\nauthorityInfoAccess=caIssuers;URI:{place}/middle.crt"
        (tmp_path / "leaf.ext").write_text(f"subjectAltName={name}{aia}\n")
        run(*f"req {_KEY} -keyout leaf.key -out leaf.csr -subj /CN=x".split())
        days = "-not_before 20200101000000Z -not_after 20200201000000Z" if kind == "expired" else "-days 9"
        signed = f"x509 -req -in leaf.csr -CA {signer}.pem -CAkey {signer}.key -CAcreateserial -out leaf.pem {days}"
        run(*signed.split(), "-extfile", "leaf.ext")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "leaf.pem", tmp_path / "leaf.key")
        return context

    return make


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("missing", "does not send the intermediate certificate"),
        ("unknown", "comes from an issuer that nobody here knows"),
        ("name", "is for another host than 127.0.0.1; set home"),
        ("good", ""),
    ],
)
def test_what_is_wrong_with_a_certificate_is_said(server: Server, kind: str, words: str) -> None:
    with serve(Site(), tls=server(kind)) as url:
        said = explain_tls(url)
    assert words in said
    assert bool(said) == bool(words)


def test_an_old_protocol_and_no_tls_at_all_are_told_apart(server: Server) -> None:
    old = server("good")
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLS"):
        old.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLS"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with serve(Site(), tls=old) as url:
        assert "its TLS is too old" in explain_tls(url)
    with serve(Site()) as url:
        assert "try http://" in explain_tls(url.replace("http:", "https:"))


def test_the_run_says_what_is_wrong_and_which_key_helps(server: Server, settings: Settings) -> None:
    with serve(Site(), tls=server("unknown")) as url:
        source = parse_source("bv", {"title": "x", "home": f"{url}/"})
        (report,) = crawl([source], settings=settings, delay=0)
    assert report.status == "failed"
    assert "verify_tls = false" in report.message


@pytest.mark.parametrize(("kind", "words"), [("name", "is for another host than 127.0.0.1"), ("unknown", "an issuer")])
def test_reading_one_page_says_what_is_wrong(server: Server, kind: str, words: str) -> None:
    with serve(Site(), tls=server(kind)) as url, pytest.raises(DocumentError, match=words) as raised:
        Visit(delay=0).fetch_page(f"{url}/bg/1.html")
    assert "verify_tls" not in str(raised.value)


_CRAWL = """
import json, sys
from crawler.process.run import crawl
from crawler.source import parse_source
from timthau.config import Settings
source = parse_source("bv", {"title": "x", "home": sys.argv[1]} | json.loads(sys.argv[3]))
(report,) = crawl([source], settings=Settings.load({"TIMTHAU_HOME": sys.argv[2]}), delay=0)
print(json.dumps([report.status, report.found, report.message]))
"""


def _crawl(url: str, home: Path, **said: object) -> tuple[str, int, str]:
    """Status, notices found and message of a run in a new process: an old one trusts others' roots."""
    command = [sys.executable, "-c", _CRAWL, f"{url}/", str(home), json.dumps(said)]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=240).stdout
    status, found, message = json.loads(told.splitlines()[-1])
    return status, found, message


def test_a_certificate_that_a_site_leaves_out_is_fetched_from_its_issuer(server: Server, tmp_path: Path) -> None:
    pages = one_list("/bg/{}.html", 2)
    middle = x509.load_pem_x509_certificate((tmp_path / "middle.pem").read_bytes()).public_bytes(Encoding.DER)
    issuer = Site({"/middle.crt": Answer(middle, 200, {"Content-Type": "application/pkix-cert"})})
    with serve(issuer) as place, serve(Site(pages), tls=server("missing", place)) as url:
        status, found, message = _crawl(url, tmp_path / "home")
        document = Visit(delay=0).fetch_page(f"{url}/bg/1.html")
    assert (status, found) == ("ok", 2), message
    assert title(1).encode() in document.content
    assert issuer.asked("/middle") == ["/middle.crt"] * 2  # once for the run, once for the page


def test_behind_a_proxy_it_is_fetched_by_the_proxy(server: Server, tmp_path: Path) -> None:
    pages = one_list("/bg/{}.html", 2)
    issuer = Site({"/middle.crt": Answer((tmp_path / "middle.pem").read_bytes(), 200)})
    with serve(issuer) as place, serve(Site(pages), tls=server("missing", place)) as url, serve_proxy() as proxy:
        status, found, message = _crawl(url, tmp_path / "home", proxy=proxy.url)
    assert (status, found) == ("ok", 2), message
    assert proxy.asked.count(f"GET {place}/middle.crt") == 1
    assert len(issuer.requests) == 1


def test_a_certificate_that_names_very_many_issuers_has_few_of_them_asked(server: Server) -> None:
    with serve(Site()) as place:
        many = ",caIssuers;URI:".join(f"{place}/{number}" for number in range(40))
        with serve(Site(), tls=server("missing", many)) as url, serve_proxy() as proxy:
            assert fetch_intermediates("127.0.0.1", int(url.rpartition(":")[2]), proxy.url) == ()
    assert len([asked for asked in proxy.asked if asked.startswith("GET")]) == 4


def test_what_is_wrong_behind_a_proxy_is_said_too(server: Server) -> None:
    with serve(Site()) as place, serve(Site(), tls=server("missing", place)) as url, serve_proxy() as proxy:
        assert fetch_intermediates("127.0.0.1", int(url.rpartition(":")[2]), proxy.url) == ()
        assert "there is none that leads to a known issuer; verify_tls = false" in explain_tls(url, proxy.url)
    assert set(proxy.asked) == {f"CONNECT {url.removeprefix('https://')}", f"GET {place}/middle.crt"}


def test_an_issuer_that_nobody_trusts_is_not_trusted_for_being_fetched(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "other.pem"))
    issuer = Site({"/middle.crt": Answer((tmp_path / "middle.pem").read_bytes(), 200)})
    with serve(issuer) as place, serve(Site(one_list("/bg/{}.html", 2)), tls=server("missing", place)) as url:
        status, _, message = _crawl(url, tmp_path / "home")
    assert status == "failed"
    assert "there is none that leads to a known issuer; verify_tls = false" in message
