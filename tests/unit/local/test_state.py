"""The database of a data directory: its schema, its journal, its transactions."""

import sqlite3
import time
from contextlib import closing

import pytest

from smnb.local import state as module
from smnb.local.state import SCHEMA, State, StateError, migrate


def schema(state):
    return state.db.execute("PRAGMA user_version").fetchone()[0]


@pytest.fixture
def old(tmp_path):
    """Return a state of schema 1 with a row in it."""
    with closing(State(tmp_path)) as state:
        state.db.execute("CREATE TABLE things (name TEXT)")
        state.db.execute("INSERT INTO things VALUES ('kept')")
        state.db.execute("PRAGMA user_version=1")
        yield state


def add_size(db):
    db.execute("ALTER TABLE things ADD COLUMN size_bytes INTEGER DEFAULT 7")


def add_owner(db):
    db.execute("ALTER TABLE things ADD COLUMN owner TEXT DEFAULT 'ada'")


def fail(db):
    db.execute("DELETE FROM things")
    raise ZeroDivisionError


def test_new_state_has_the_newest_schema(tmp_path):
    with closing(State(tmp_path)) as state:
        assert schema(state) == SCHEMA


def test_new_state_runs_no_migration(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MIGRATIONS", (fail, fail))
    with closing(State(tmp_path)) as state:
        assert schema(state) == 3


def test_older_state_goes_through_every_later_step(old):
    migrate(old, (add_size, add_owner))

    assert tuple(old.db.execute("SELECT * FROM things").fetchone()) == (
        "kept",
        7,
        "ada",
    )
    assert schema(old) == 3


def test_migrated_state_is_left_as_it_is(old):
    migrate(old, (add_size,))
    migrate(old, (add_size, add_owner))

    assert schema(old) == 3


def test_state_from_before_schemas_had_numbers_is_of_the_first(old):
    old.db.execute("PRAGMA user_version=0")
    migrate(old, (add_size,))

    assert old.db.execute("SELECT size_bytes FROM things").fetchone()[0] == 7


def test_step_that_fails_changes_nothing(old):
    with pytest.raises(ZeroDivisionError):
        migrate(old, (add_size, fail))

    assert old.db.execute("SELECT count(*) FROM things").fetchone()[0] == 1
    assert schema(old) == 2


def test_state_of_a_newer_version_is_refused_and_kept(tmp_path):
    with closing(State(tmp_path)) as state:
        state.db.execute("PRAGMA user_version=99")

    with pytest.raises(StateError, match=r"newer smnb.s \(schema 99.*SMNB_DATA_DIR"):
        State(tmp_path)
    with closing(sqlite3.connect(tmp_path / "state.db")) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == 99


def test_place_without_a_write_ahead_log_is_explained(tmp_path, monkeypatch):
    class NoSharedMemory(sqlite3.Connection):
        def execute(self, statement, *arguments):
            statement = statement.replace("journal_mode=WAL", "journal_mode=DELETE")
            return super().execute(statement, *arguments)

    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3,
        "connect",
        lambda path, **options: connect(path, factory=NoSharedMemory, **options),
    )

    with pytest.raises(StateError, match=r"no write-ahead log.*delete.*SMNB_DATA_DIR"):
        State(tmp_path)


def test_file_that_is_no_database_is_explained(tmp_path):
    (tmp_path / "state.db").write_bytes(b"no database" * 100)

    with pytest.raises(StateError, match=r"file is not a database.*SMNB_DATA_DIR"):
        State(tmp_path)


def test_transaction_that_fails_leaves_nothing(old):
    with pytest.raises(ZeroDivisionError), old.transaction() as db:
        fail(db)

    assert old.db.execute("SELECT count(*) FROM things").fetchone()[0] == 1


def test_requests_that_schema_1_queued_have_come_about_now(tmp_path):
    with closing(State(tmp_path)) as state:
        state.db.execute("CREATE TABLE async_requests (id INTEGER PRIMARY KEY)")
        state.db.execute("INSERT INTO async_requests VALUES (1)")
        state.db.execute("PRAGMA user_version=1")

    with closing(State(tmp_path)) as state:
        row = state.db.execute("SELECT submitted FROM async_requests").fetchone()

    assert time.time() - row["submitted"] == pytest.approx(0, abs=60)
