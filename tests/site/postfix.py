"""A Postfix of its own, from Debian's package: submission with STARTTLS and a password, delivery to maildirs."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_MAIN = """\
compatibility_level = 3.6
maillog_file = /dev/stdout
queue_directory = {root}/queue
data_directory = {root}/data
mail_owner = postfix
setgid_group = postdrop
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
myhostname = relay.example
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
virtual_mailbox_domains = cong-ty.vn
virtual_mailbox_base = {root}/boxes
virtual_mailbox_maps = inline:{{{{here@cong-ty.vn=here/}}}}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_tls_cert_file = {root}/relay.crt
smtpd_tls_key_file = {root}/relay.key
smtpd_tls_security_level = encrypt
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = cyrus
smtpd_sasl_path = smtpd
smtpd_tls_auth_only = yes
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = reject_unlisted_recipient, permit_sasl_authenticated, reject
"""
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """A running one; its certificate is for 127.0.0.1 and signs itself."""

    root: Path
    port: int

    @property
    def certificate(self) -> Path:
        return self.root / "relay.crt"

    def url(self, user: str = "timthau", password: str = "mat:khau%40") -> str:
        return f"smtp://{user}:{password}@127.0.0.1:{self.port}"

    def messages(self) -> list[bytes]:
        """What was delivered to here@cong-ty.vn."""
        return [path.read_bytes() for path in (self.root / "boxes" / "here" / "new").glob("*")]


def is_installed() -> bool:
    """Whether a Postfix can be run here."""
    return os.geteuid() == 0 and all(shutil.which(name) for name in ("postfix", "saslpasswd2", "openssl"))


@contextmanager
def run_postfix(root: Path) -> Iterator[Postfix]:
    """A Postfix under a folder that its daemons may enter."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    _prepare(root, port)
    command = ["/usr/sbin/postfix", "-c", str(root / "etc")]
    with (root / "log").open("wb") as log:
        process = subprocess.Popen([*command, "start-fg"], stdout=log, stderr=log)
        try:
            _wait_for(port, process, root / "log")
            yield Postfix(root, port)
        finally:
            subprocess.run([*command, "stop"], stdout=log, stderr=log, check=False)
            process.wait(30)


def _prepare(root: Path, port: int) -> None:
    owner = pwd.getpwnam("postfix")
    for name in ("etc/sasl", "queue", "data", "boxes"):
        (root / name).mkdir(parents=True)
    for folder in (root / "data", root / "boxes"):
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    for folder in (root, *root.parents):
        if folder.is_relative_to("/tmp") and folder != Path("/tmp"):
            folder.chmod(0o755)  # pytest's folders are for their owner alone
    (root / "etc" / "main.cf").write_text(_MAIN.format(root=root, uid=owner.pw_uid, gid=owner.pw_gid))
    (root / "etc" / "master.cf").write_text(_MASTER.format(port=port))
    database = root / "data" / "sasldb2"
    (root / "etc" / "sasl" / "smtpd.conf").write_text(
        f"pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN\nsasldb_path: {database}\n"
    )
    subprocess.run(
        ["/usr/sbin/saslpasswd2", "-p", "-c", "-f", database, "-u", "relay.example", "timthau"],
        input=b"mat:khau@",
        check=True,
    )
    os.chown(database, owner.pw_uid, owner.pw_gid)
    make = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=relay.example -addext subjectAltName=IP:127.0.0.1"
    files = ["-keyout", root / "relay.key", "-out", root / "relay.crt"]
    subprocess.run(["openssl", *make.split(), *files], check=True, capture_output=True)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)  # polling another process
        else:
            return
