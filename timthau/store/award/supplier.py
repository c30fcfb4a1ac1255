"""Suppliers in the database: which names of winners are one supplier, kept with the lines that say so."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from timthau.batch import batched
from timthau.model.award_line import AwardLine
from timthau.model.moment import format_moment
from timthau.model.notice import make_id
from timthau.model.supplier import Supplier, SupplierName, split_name
from timthau.store.award.table import award_winner as winners
from timthau.store.award.table import supplier as suppliers
from timthau.store.award.table import supplier_name as names
from timthau.store.database import Tables
from timthau.text.fold import fold

_PARAMETERS = 2000  # of one statement; SQLite takes 32,766


class SupplierStore(Tables):
    """Suppliers by id, by tax code and by name."""

    def supplier(self, supplier_id: str) -> Supplier | None:
        """A supplier; an id under which it was known before its tax code leads to it too."""
        with self._engine.connect() as connection:
            moved = connection.execute(select(suppliers.c.moved_to).where(suppliers.c.id == supplier_id)).scalar()
        return self.suppliers_by_id([moved or supplier_id]).get(moved or supplier_id)

    def supplier_of_code(self, tax_code: str) -> Supplier | None:
        """The supplier of a tax code, of 10, 12 or 13 digits."""
        return self.supplier(make_id("supplier", tax_code))

    def suppliers_by_id(self, ids: Iterable[str]) -> dict[str, Supplier]:
        """Those suppliers that won something, by id."""
        rows: dict[str, list[Any]] = defaultdict(list)
        with self._engine.connect() as connection:
            for some in batched(ids, _PARAMETERS):
                for row in connection.execute(select(names).where(names.c.supplier_id.in_(some))):
                    rows[row.supplier_id].append(row)
        return {key: _read_supplier(key, found) for key, found in rows.items()}

    def find_suppliers(self, words: str = "", *, limit: int = 50, offset: int = 0) -> tuple[int, list[Supplier]]:
        """How many suppliers have all words in names or tax code, accents or not; those with most lines first."""
        with self._engine.connect() as connection:
            found = select(suppliers.c.id).where(suppliers.c.lines > 0)
            for word in fold(words).split():
                found = found.where(suppliers.c.folded.contains(word, autoescape=True))
            rows = connection.execute(found.order_by(suppliers.c.lines.desc(), suppliers.c.id)).scalars().all()
        page = rows[offset : offset + limit]
        known = self.suppliers_by_id(page)
        return len(rows), [known[key] for key in page]

    def winners_of(self, line_ids: Iterable[str]) -> dict[str, list[str]]:
        """The ids of the suppliers of lines, in the order of `AwardLine.suppliers`."""
        found: dict[str, list[str]] = defaultdict(list)
        rows = select(winners.c.line_id, winners.c.supplier_id)
        with self._engine.connect() as connection:
            for some in batched(line_ids, _PARAMETERS):
                chosen = rows.where(winners.c.line_id.in_(some)).order_by(winners.c.line_id, winners.c.position)
                for row in connection.execute(chosen):
                    found[row.line_id].append(row.supplier_id)
        return found


class _Name(NamedTuple):
    supplier_id: str
    name: str
    is_stated: bool


def note_winners(
    connection: Connection, new: Iterable[AwardLine], changed: Collection[AwardLine], *, gone: Sequence[str] = ()
) -> None:
    """Write who won lines that are new or changed, forget it of those that are gone; suppliers follow."""
    old = _take_out(connection, [*gone, *(line.id for line in changed)])
    rows = [row for line in (*new, *changed) for row in _list_winners(line)]
    _place_names(rows, _load_codes(connection, {row["name_key"] for row in rows if not row["tax_code"]}))
    counts: dict[_Name, int] = defaultdict(int)
    details: dict[_Name, dict[str, Any]] = {}
    for row in old:
        counts[_Name(row.supplier_id, row.name, row.tax_code is not None)] -= 1
    for said in rows:
        name = _Name(said["supplier_id"], said["name"], said["tax_code"] is not None)
        counts[name] += 1
        before = details.setdefault(name, said)
        if (said["dated_at"] or "") > (before["dated_at"] or ""):
            details[name] = said
    if rows:
        connection.execute(insert(winners), rows)
    touched = _count(connection, counts, details)
    keys = {row.name_key for row in old} | {row["name_key"] for row in rows}
    _describe(connection, touched | _settle(connection, keys))


def _take_out(connection: Connection, ids: Sequence[str]) -> list[Any]:
    """Forget who won some lines; what was known of it."""
    old: list[Any] = []
    for some in batched(ids, _PARAMETERS):
        old += connection.execute(select(winners).where(winners.c.line_id.in_(some)))
        connection.execute(delete(winners).where(winners.c.line_id.in_(some)))
    return old


def _list_winners(line: AwardLine) -> list[dict[str, Any]]:
    return [
        {
            "line_id": line.id,
            "position": position,
            "supplier_id": winner.id,
            "name_key": winner.key,
            "name": winner.name,
            "tax_code": winner.tax_code,
            "dated_at": format_moment(line.dated_at),
        }
        for position, winner in enumerate(line.suppliers)
    ]


def _place_names(rows: Sequence[dict[str, Any]], codes: defaultdict[str, set[str]]) -> None:
    """Give rows without a code to the supplier of the only code that their name has, among `codes` or in the rows."""
    for row in rows:
        if row["tax_code"]:
            codes[row["name_key"]].add(row["supplier_id"])
    for row in rows:
        if not row["tax_code"] and len(codes[row["name_key"]]) == 1:
            (row["supplier_id"],) = codes[row["name_key"]]


def _load_codes(connection: Connection, keys: Iterable[str]) -> defaultdict[str, set[str]]:
    """Which suppliers stated a code beside a name of each key."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    stated = select(names.c.name_key, names.c.supplier_id).where(names.c.is_stated)
    for some in batched(keys, _PARAMETERS):
        for row in connection.execute(stated.where(names.c.name_key.in_(some))):
            found[row.name_key].add(row.supplier_id)
    return found


def _count(connection: Connection, counts: Mapping[_Name, int], details: Mapping[_Name, dict[str, Any]]) -> set[str]:
    """Add to how often each name won; a name that does not any more is forgotten. The suppliers that it concerns."""
    ids = {name.supplier_id for name, count in counts.items()}
    known = {
        _Name(row.supplier_id, row.name, row.is_stated): row
        for some in batched(ids, _PARAMETERS)
        for row in connection.execute(select(names).where(names.c.supplier_id.in_(some)))
    }
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    gone: list[dict[str, Any]] = []
    for name, count in counts.items():
        row, said = known.get(name), details.get(name)
        number = (row.lines if row else 0) + count
        last = max(row.last_at or "" if row else "", (said["dated_at"] or "") if said else "") or None
        if row and (number, last) == (row.lines, row.last_at):
            continue
        if row and number > 0:
            changed.append(_keys_of(name) | {"often": number, "last": last})
        elif row:
            gone.append(_keys_of(name))
        elif number > 0 and said:
            what = {"name_key": said["name_key"], "tax_code": said["tax_code"]}
            new.append(name._asdict() | what | {"lines": number, "last_at": last})
    for statement, rows in ((_FORGET, gone), (_RECOUNT, changed), (insert(names), new)):
        if rows:
            connection.execute(statement, rows)
    return ids


def _settle(connection: Connection, keys: Iterable[str]) -> set[str]:
    """Move names without a code to where they belong now that codes came or went; the suppliers that it concerns."""
    concerned: set[str] = set()
    for some in batched(sorted(keys), _PARAMETERS):
        bare = connection.execute(select(names).where(~names.c.is_stated, names.c.name_key.in_(some))).all()
        codes = _load_codes(connection, {row.name_key for row in bare})
        for row in bare:
            stated = codes.get(row.name_key, set())
            target = next(iter(stated)) if len(stated) == 1 else make_id("supplier", f"name {row.name_key}")
            if target != row.supplier_id:
                _move(connection, row, target)
                concerned |= {row.supplier_id, target}
    return concerned


def _move(connection: Connection, row: Any, target: str) -> None:
    chosen = (winners.c.name_key == row.name_key, winners.c.tax_code.is_(None), winners.c.name == row.name)
    own = winners.c.supplier_id == row.supplier_id
    connection.execute(update(winners).where(*chosen, own).values(supplier_id=target))
    connection.execute(_FORGET, _keys_of(_Name(row.supplier_id, row.name, row.is_stated)))
    moved = {_Name(target, row.name, False): row.lines}
    said = {"name_key": row.name_key, "tax_code": None, "dated_at": row.last_at}
    _count(connection, moved, dict.fromkeys(moved, said))
    if target != make_id("supplier", f"name {row.name_key}"):
        at = suppliers.c.id == row.supplier_id
        connection.execute(update(suppliers).where(at).values(moved_to=target))


def _describe(connection: Connection, ids: Collection[str]) -> None:
    """Write what lists show of suppliers anew; one without any line keeps its row, for where it moved to."""
    rows: dict[str, list[Any]] = {key: [] for key in ids}
    known: set[str] = set()
    for some in batched(ids, _PARAMETERS):
        known |= set(connection.execute(select(suppliers.c.id).where(suppliers.c.id.in_(some))).scalars())
        for row in connection.execute(select(names).where(names.c.supplier_id.in_(some))):
            rows[row.supplier_id].append(row)
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for key, found in rows.items():
        if not found:
            connection.execute(update(suppliers).where(suppliers.c.id == key).values(lines=0))
            continue
        told = _read_supplier(key, found)
        values = {
            "tax_code": told.tax_code,
            "name": told.name,
            "folded": fold(" ".join(filter(None, (told.tax_code, *(one.name for one in told.names))))),
            "lines": told.lines,
            "last_at": max((row.last_at or "" for row in found), default="") or None,
            "moved_to": None,
        }
        (changed if key in known else new).append(values | {"key" if key in known else "id": key})
    for statement, described in ((_REDESCRIBE, changed), (insert(suppliers), new)):
        if described:
            connection.execute(statement, described)


def _read_supplier(key: str, rows: Sequence[Any]) -> Supplier:
    """The supplier of its names: it is called as it was last called with its code beside it."""
    ordered = sorted(rows, key=lambda row: (row.is_stated, row.last_at or "", row.lines, row.name), reverse=True)
    spellings: dict[str, SupplierName] = {}
    for row in ordered:
        before = spellings.get(row.name)
        spellings[row.name] = SupplierName(name=row.name, lines=row.lines + (before.lines if before else 0))
    name, _ = split_name(ordered[0].name)
    old = dict.fromkeys(past for row in ordered for past in split_name(row.name)[1])
    return Supplier(
        id=key,
        tax_code=next((row.tax_code for row in ordered if row.tax_code), None),
        name=name,
        old_names=tuple(old),
        names=tuple(spellings.values()),
        lines=sum(row.lines for row in rows),
    )


def _keys_of(name: _Name) -> dict[str, Any]:
    return {"own": name.supplier_id, "printed": name.name, "stated": name.is_stated}


_IS = (
    names.c.supplier_id == bindparam("own"),
    names.c.name == bindparam("printed"),
    names.c.is_stated == bindparam("stated"),
)
_FORGET = delete(names).where(*_IS)
_RECOUNT = update(names).where(*_IS).values(lines=bindparam("often"), last_at=bindparam("last"))
_REDESCRIBE = update(suppliers).where(suppliers.c.id == bindparam("key"))  # what is set follows from the rows
