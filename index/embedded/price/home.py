"""The folder that the index over award lines lives in, for `index.opening`."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from index.embedded.folder import IndexFolder
from index.embedded.price.engine import EmbeddedPriceEngine
from index.origin import Origin
from index.price.contract import PriceEngine


class EmbeddedPriceHome:
    """See `index.price.contract.PriceHome`."""

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

    def open(self) -> PriceEngine:
        return EmbeddedPriceEngine(self._folder.path)

    @contextmanager
    def building(self) -> Iterator[PriceEngine]:
        with self._folder.building() as new, closing(EmbeddedPriceEngine.at(new)) as engine:
            yield engine
            engine.optimize()
