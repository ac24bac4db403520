import json
from pathlib import Path

import pytest

from ui import users
from ui.users import TRIES, Door, User, add_user, list_users, remove_user

GOOD = "a long password"


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "users.json"
    add_user(path, "ana", GOOD)
    add_user(path, "éditeur", GOOD, editor=True)
    return path


def test_only_the_hash_of_a_password_is_kept_and_nobody_else_can_read_the_file(people: Path) -> None:
    text = people.read_text(encoding="utf-8")
    assert GOOD not in text and GOOD.encode().hex() not in text
    held = json.loads(text)
    assert held["ana"]["hash"] != held["éditeur"]["hash"]
    assert people.stat().st_mode & 0o077 == 0
    assert list_users(people) == [User("ana"), User("éditeur", editor=True)]


def test_the_right_password_opens_a_session_that_can_be_ended(people: Path) -> None:
    door = Door(people)
    token = door.sign_in("ana", GOOD, "1.2.3.4")
    assert token is not None and len(token) >= 43
    assert door.user(token) == User("ana")
    door.sign_out(token)
    assert door.user(token) is None
    assert door.user("") is None and door.user("x" * 43) is None


def test_wrong_names_and_passwords_open_nothing(people: Path) -> None:
    for number, (name, password) in enumerate(
        [("ana", "wrong"), ("nobody", GOOD), ("", ""), ("ana", GOOD + " "), ("ANA", GOOD)]
    ):
        assert Door(people).sign_in(name, password, f"10.0.0.{number}") is None


def test_an_address_has_few_tries_a_minute_even_with_the_right_password(
    people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = Door(people)
    for _ in range(TRIES):
        assert door.sign_in("ana", "wrong", "10.0.0.1") is None
    assert door.sign_in("ana", GOOD, "10.0.0.1") is None
    assert door.sign_in("ana", GOOD, "10.0.0.2") is not None
    later = users.time.monotonic() + 61
    monkeypatch.setattr(users.time, "monotonic", lambda: later)
    assert door.sign_in("ana", GOOD, "10.0.0.1") is not None


def test_a_session_ends_with_time_and_with_its_user(people: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door(people)
    token = door.sign_in("ana", GOOD, "a") or ""
    other = door.sign_in("éditeur", GOOD, "a") or ""
    remove_user(people, "ana")
    assert door.user(token) is None and door.user(other) == User("éditeur", editor=True)
    later = users.time.monotonic() + users.SESSION_SECONDS + 1
    monkeypatch.setattr(users.time, "monotonic", lambda: later)
    assert door.user(other) is None


def test_bad_names_short_passwords_and_missing_files_are_told(tmp_path: Path, people: Path) -> None:
    for name, password in (("", GOOD), ("a\nb", GOOD), ("x" * 81, GOOD), ("ana", "short")):
        with pytest.raises(ValueError, match=r"expected a name|at least 10"):
            add_user(people, name, password)
    with pytest.raises(KeyError):
        remove_user(people, "nobody")
    with pytest.raises(ValueError, match="sourcier users add"):
        list_users(tmp_path / "missing.json")
