"""The folder that an index on Whoosh lives in, for `index.opening`."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from index.contract import Engine
from index.embedded.engine import WhooshEngine
from index.embedded.folder import IndexFolder
from index.origin import Origin


class WhooshHome:
    """See `index.contract.Home`."""

    def __init__(self, path: Path) -> None:
        self._folder = IndexFolder(path)

    @property
    def name(self) -> str:
        return str(self._folder.path)

    @property
    def origin(self) -> Origin:
        return Origin(self._folder.path / "STORE")

    def exists(self) -> bool:
        return self._folder.exists()

    def open(self) -> Engine:
        return WhooshEngine(self._folder.path)

    @contextmanager
    def building(self) -> Iterator[Engine]:
        with self._folder.building() as new, closing(WhooshEngine.at(new)) as engine:
            yield engine
            engine.optimize()
