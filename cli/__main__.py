"""The `timthau` command, also as `python -m cli`."""

import atexit
import gc
import os

from cli.main import main


def start() -> None:
    """Run a command; what it writes is for who writes it: addresses and keys are among it."""
    os.umask(0o077)
    atexit.register(gc.freeze)  # Python would look through all that is left for circles before it gives it back
    main(prog_name="timthau")


if __name__ == "__main__":
    start()
