"""What a process owes its parent: to end with it, however that ends."""

import ctypes
import signal
import sys

_PR_SET_PDEATHSIG = 1  # from linux/prctl.h


def end_with_parent() -> None:
    """Have this process end when its parent was killed: Linux ends it then, elsewhere it would wait for ever.

    Ctrl-C is for the parent alone, which ends its children itself.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
