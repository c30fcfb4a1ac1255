"""The folder that an index of arrays lives in, for `index.opening`."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Generic, Protocol, Self, TypeVar

from index.embedded.folder import IndexFolder
from index.origin import FileMark, Origin


class _Kept(Protocol):
    """An engine that keeps its index in a folder of builds."""

    def __init__(self, path: Path) -> None: ...

    @classmethod
    def at(cls, build: Path) -> Self: ...

    def optimize(self) -> None: ...

    def close(self) -> None: ...


_E = TypeVar("_E", bound=_Kept)


class EmbeddedHome(Generic[_E]):
    """See `index.contract.Home`; `kind` is the engine that lives here."""

    def __init__(self, path: Path, kind: type[_E]) -> None:
        self._folder = IndexFolder(path)
        self._kind = kind

    @property
    def name(self) -> str:
        return str(self._folder.path)

    @property
    def origin(self) -> Origin:
        return Origin(FileMark(self._folder.path / "STORE"))

    def exists(self) -> bool:
        return self._folder.exists()

    def open(self) -> _E:
        self._folder.clear()
        return self._kind(self._folder.path)

    @contextmanager
    def building(self) -> Iterator[_E]:
        with self._folder.building() as new, closing(self._kind.at(new)) as engine:
            yield engine
            engine.optimize()
