"""The child process that files are read in, so that a hostile one can hurt nothing else.

One request after the other on standard input: a line of JSON that says what follows, then the file's bytes.
The answer on standard output is a line of JSON.
"""

import json
import os
import resource
import signal
import sys
from dataclasses import asdict
from typing import Any

from crawler.extract.document import FileText
from crawler.extract.limit import Limits, Ocr

#: Seconds beyond the limit of a file until the system ends a reader that hangs.
_GRACE = 30.0


def main() -> None:
    """Answer requests until standard input ends."""
    # Libraries that print must not get in between: what they call standard output is standard error from here.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    memory, most = int(sys.argv[1]) * 1_000_000, resource.getrlimit(resource.RLIMIT_AS)[1]
    memory = memory if most == resource.RLIM_INFINITY else min(memory, most)  # what was taken is not given back
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for header in sys.stdin.buffer:
        request = json.loads(header)
        content = sys.stdin.buffer.read(request["size"])
        # Who waits for the answer may be gone, and some libraries in C listen to nothing else.
        signal.setitimer(signal.ITIMER_REAL, request["limits"]["seconds"] + _GRACE)
        answer = json.dumps(asdict(_read(request, content))).encode()
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(answer + b"\n")
        answers.flush()


def _read(request: dict[str, Any], content: bytes) -> FileText:
    from crawler.extract.file.reader import FileReader  # noqa: PLC0415  # its libraries count against the memory limit, set before

    how = request["ocr"]
    reader = FileReader(limits=Limits(**request["limits"]), ocr=Ocr(**how) if how else None)
    try:
        return reader.read(content, request["filename"], request["declared_type"])
    except MemoryError:
        return FileText(media_type=request["media_type"], warning="reading it takes too much memory")
    except Exception as error:  # noqa: BLE001  # whatever a library trips over, the file is what is wrong
        return FileText(media_type=request["media_type"], warning=f"the file is damaged ({type(error).__name__})")


if __name__ == "__main__":
    main()
