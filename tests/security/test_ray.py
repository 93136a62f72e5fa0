"""Keys go to no Ray that takes commands from everybody; tokens are for their user's eyes.

That a Ray of ours listens on loopback alone, asks for a token that is in no file and keeps its folder shut is shown in
`tests/runs/ray/test_hosts.py`.
"""

import json
import stat
from pathlib import Path

import pytest

from moot.errors import RuntimeStartError
from moot.runs.ray.attach import check_guarded
from moot.runs.ray.authentication import FILE, offers
from moot.runs.ray.connection import Connection, place
from moot.runs.ray.standing import Standing, publish

ELSEWHERE = ["ray://203.0.113.7:10001", "203.0.113.7:6379", "ray://[2001:db8::7]:10001"]


@pytest.mark.parametrize("address", ELSEWHERE)
@pytest.mark.parametrize("insecure", [None, "", "0"])
def test_a_cluster_without_a_token_is_refused(
    insecure: str | None, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MOOT_INSECURE_CLUSTER", raising=False)
    if insecure is not None:
        monkeypatch.setenv("MOOT_INSECURE_CLUSTER", insecure)
    with pytest.raises(RuntimeStartError, match="takes commands from everybody, so keys do not go there"):
        check_guarded(place(address), token=False)
    check_guarded(place(address), token=True)


@pytest.mark.parametrize("address", ELSEWHERE)
def test_a_cluster_in_a_closed_network_passes_where_the_user_says_so(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOOT_INSECURE_CLUSTER", "1")
    check_guarded(place(address), token=False)


def test_an_open_ray_on_this_machine_is_warned_of(capsys: pytest.CaptureFixture[str]) -> None:
    check_guarded(place("127.0.0.1:6379"), token=False)
    assert "start it with RAY_AUTH_MODE=token" in capsys.readouterr().err


def test_a_token_that_ray_left_for_all_to_read_is_shut_before_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"):
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / FILE
    file.parent.mkdir()
    file.write_text("0" * 64)
    file.chmod(0o644)
    assert {"RAY_AUTH_MODE": "token"} in offers()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_moot_up_leaves_is_for_its_user_and_shows_no_token(tmp_path: Path) -> None:
    standing = Standing(pid=1, address="127.0.0.1:1", token="f" * 64, moot="0", python="p")
    publish(tmp_path, standing)
    record = tmp_path / "up.json"
    assert stat.S_IMODE(record.stat().st_mode) == 0o600
    assert json.loads(record.read_text())["token"] == standing.token
    told = [repr(standing), str(standing), repr(Connection(place("127.0.0.1:1"), token=standing.token, borrowed=True))]
    assert [text for text in told if standing.token in text] == []
