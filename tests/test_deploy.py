"""What lies in deploy/ can be used: units, proxies, containers, rules and dashboard name what there is."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from tests import ROOT, TESTS
from tests.site.webui import open_site
from timthau.config import SETTINGS

DEPLOY = ROOT / "deploy"
VARIABLES = {setting.variable for setting in SETTINGS}
UNITS = sorted((DEPLOY / "systemd").iterdir())
#: The exposure that systemd reckons (0 none, 10 all) of a unit that does what this one does; it may sink, not rise.
MOST_EXPOSED = 2.5
_METRIC = re.compile(r"\btimthau_[a-z_]+")


def _load(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", [path for path in DEPLOY.rglob("*") if path.is_file()], ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    named = set(re.findall(r"\bTIMTHAU_[A-Z_]+", path.read_text(encoding="utf-8")))
    assert named - VARIABLES == set()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_units_are_understood_by_systemd(unit: Path, tmp_path: Path) -> None:
    program = tmp_path / "timthau"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for each in UNITS:
        text = each.read_text(encoding="utf-8").replace("/opt/timthau/bin/timthau", str(program))
        (tmp_path / each.name).write_text(text.replace("User=timthau\n", "").replace("Group=timthau\n", ""))
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit.name)],
        capture_output=True,
        text=True,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
        check=False,
    )
    ours = [line for line in found.stderr.splitlines() if "timthau" in line]
    assert ours == []


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
@pytest.mark.parametrize("name", ["timthau.service", "timthau-backup.service"])
def test_units_are_exposed_to_little(name: str) -> None:
    found = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--no-pager", str(DEPLOY / "systemd" / name)],
        capture_output=True,
        text=True,
        check=False,
    )
    level = re.search(r"exposure level for \S+: ([\d.]+)", found.stdout)
    assert level, found.stderr
    assert float(level[1]) <= MOST_EXPOSED


def test_what_the_image_copies_is_there_and_it_runs_a_command_that_exists() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert "USER timthau" in text
    assert all((ROOT / name).exists() for name in re.findall(r"locks/\S+\.txt", text))
    assert 'ENTRYPOINT ["python", "-m", "cli"]' in text
    assert 'CMD ["run", ' in text


def test_compose_files_lie_over_each_other() -> None:
    alone, server = _load("compose.yaml"), _load("compose.postgresql.yaml")
    assert set(alone["services"]) == {"timthau"}
    assert (ROOT / "deploy" / alone["services"]["timthau"]["build"]["context"] / "setup.cfg").exists()
    assert (ROOT / alone["services"]["timthau"]["build"]["dockerfile"]).exists()
    assert set(server["services"]) == {"timthau", "database"}
    assert set(_load("compose.opensearch.yaml")["services"]) == {"timthau", "search"}
    assert all(port.startswith("127.0.0.1:") for port in alone["services"]["timthau"]["ports"])


@pytest.mark.parametrize("name", sorted(path.name for path in DEPLOY.glob("compose*.yaml")))
def test_compose_files_keep_to_the_specification(name: str) -> None:
    schema = json.loads((TESTS / "files" / "compose-spec.json").read_text(encoding="utf-8"))
    faults = [error.message for error in jsonschema_rs.validator_for(schema).iter_errors(_load(name))]
    assert faults == []


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_proxies_set_the_one_hop_that_is_trusted_and_keep_figures_to_the_machine(name: str) -> None:
    text = (DEPLOY / "proxy" / name).read_text(encoding="utf-8")
    assert "TIMTHAU_TRUSTED_PROXIES=1" in text
    assert "X-Forwarded-For $remote_addr" in text or "X-Forwarded-For {remote_host}" in text
    assert "/metrics" in text or "metrics|" in text
    assert text.count("{") == text.count("}")


@pytest.mark.skipif(not shutil.which("nginx"), reason="no nginx here")
def test_nginx_takes_its_file(tmp_path: Path) -> None:
    text = (DEPLOY / "proxy" / "nginx.conf").read_text(encoding="utf-8")
    text = re.sub(r"ssl_certificate\w*( |_).*\n", "", text).replace(" ssl;", ";")
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/pid; events {{}} http {{ {text} }}")
    subprocess.run(["nginx", "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")], check=True)


@pytest.mark.skipif(not shutil.which("caddy"), reason="no Caddy here")
def test_caddy_takes_its_file(tmp_path: Path) -> None:
    command = ["caddy", "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "proxy" / "Caddyfile")]
    subprocess.run(command, check=True, env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)})


def test_rules_and_dashboard_ask_for_figures_that_there_are(tmp_path: Path) -> None:
    told = set(re.findall(r"^# TYPE (\S+)", open_site(tmp_path).get("/metrics"), re.MULTILINE))
    rules = [rule for group in _load("monitoring/alerts.yml")["groups"] for rule in group["rules"]]
    assert all(
        rule["alert"] and rule["annotations"]["summary"] and rule["annotations"]["description"] for rule in rules
    )
    board = json.loads((DEPLOY / "monitoring" / "dashboard.json").read_text(encoding="utf-8"))
    panels = board["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    asked = [target["expr"] for panel in panels for target in panel["targets"]] + [rule["expr"] for rule in rules]
    assert set(_METRIC.findall(" ".join(asked))) <= told
    assert all(expression.count("(") == expression.count(")") for expression in asked)
    assert _load("monitoring/prometheus.yml")["rule_files"] == ["alerts.yml"]


@pytest.mark.skipif(not shutil.which("promtool"), reason="no promtool here")
def test_prometheus_takes_the_rules() -> None:
    subprocess.run(["promtool", "check", "rules", str(DEPLOY / "monitoring" / "alerts.yml")], check=True)
