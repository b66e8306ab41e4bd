"""A database of each kind, empty, and a server of PostgreSQL for as long as the tests run."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.database.places import KINDS, Place
from tests.support.needs import lacking
from tests.support.postgres import PASSWORD, USER, NoServer, server

_numbers = count()


@pytest.fixture(scope="session")
def socket() -> Iterator[str]:
    """The folder of the socket of a PostgreSQL server."""
    try:
        import psycopg  # noqa: F401

        running = server()
        folder = running.__enter__()
    except (ImportError, NoServer) as error:
        lacking(str(error))
    yield folder
    running.__exit__(None, None, None)


@pytest.fixture
def postgres(socket: str) -> Place:
    """A new schema in the database of the server."""
    address = f"postgresql://{USER}:{quote(PASSWORD)}@/postgres?host={quote(socket, safe='')}"
    place = Place("postgresql", address, f"test{next(_numbers)}")
    place.run(f"CREATE SCHEMA {place.schema}")
    return place


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty database of each kind in turn."""
    if request.param == "postgresql":
        found: Place = request.getfixturevalue("postgres")
        return found
    return Place(request.param, f"{request.param}:///{tmp_path / 'test.db'}")
