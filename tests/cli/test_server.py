"""The production server in front of the page."""

import os
import signal
import subprocess
import sys
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from cli.server import open_server
from timthau.config import Settings
from timthau.errors import ConfigError


def test_it_answers_several_people_at_once_and_ends_when_told(settings: Settings) -> None:
    server = open_server(settings, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run)
    thread.start()

    def fetch(number: int) -> int:
        with urllib.request.urlopen(f"{server.url}search?q=m%C3%A1y+th%E1%BB%9F+{number}", timeout=30) as response:
            return int(response.status)

    with ThreadPoolExecutor(8) as people:
        assert set(people.map(fetch, range(40))) == {200}
    server.close()
    thread.join(timeout=10)
    assert not thread.is_alive()


def test_closing_from_another_thread_never_makes_the_server_fail(settings: Settings) -> None:
    for _ in range(20):
        server = open_server(settings, host="127.0.0.1", port=0)
        thread = threading.Thread(target=server.run)
        thread.start()
        urllib.request.urlopen(f"{server.url}healthz", timeout=30).close()
        server.close()
        thread.join(timeout=10)
        assert not thread.is_alive()


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_good_order_when_its_process_is_told_to(settings: Settings, told: signal.Signals) -> None:
    command = [sys.executable, "-m", "cli", "serve", "--port", "0"]
    surroundings = os.environ | {"TIMTHAU_HOME": str(settings.home)}
    with subprocess.Popen(command, env=surroundings, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as own:
        assert own.stdout
        url = own.stdout.readline().split()[-1]
        urllib.request.urlopen(f"{url}healthz", timeout=60).close()
        own.send_signal(told)
        _, complaint = own.communicate(timeout=120)
    assert (own.returncode, complaint) == (0, "")


def test_a_port_in_use_is_one_line(settings: Settings) -> None:
    first = open_server(settings, host="127.0.0.1", port=0)
    port = int(first.url.rstrip("/").rpartition(":")[2])
    with pytest.raises(ConfigError, match=f"cannot serve on 127.0.0.1:{port}: Address already in use"):
        open_server(settings, host="127.0.0.1", port=port)
    first.close()
