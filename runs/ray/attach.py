"""How a Ray that is there is attached to, once it has been looked at."""

import os
import socket

from moot.errors import RuntimeStartError
from moot.logs import logger
from moot.runs.ray.authentication import environment, offers, refused, with_token
from moot.runs.ray.connection import Connection, Place
from moot.runs.ray.facts import compare, facts
from moot.runs.ray.library import first_line, library, quietly
from moot.runs.ray.parting import part
from moot.version import __version__

_ANSWER_S, _TASK_S = 5.0, 60.0
CLIENT = "ray://"


def attached(where: Place) -> Connection:
    """A connection to the Ray there; to be closed like one of our own, which leaves that Ray alone.

    Raises:
        RuntimeStartError: It does not answer, asks for another token, runs other versions, takes
            commands from everybody, or is meant to be reached through Ray's client.
    """
    _refuse_client(where)
    _check_answers(where)
    ray = library(loopback=not where.foreign)
    if ray.is_initialized():
        return Connection(where, borrowed=True)
    _join(where)
    connection = Connection(where)
    try:
        if where.foreign:
            _check(where)
    except BaseException:
        connection.close()
        raise
    return connection


def _join(where: Place) -> None:
    ways = offers() if where.token is None else [with_token(where.token)]
    for last, variables in zip([*[False] * (len(ways) - 1), True], ways, strict=True):
        try:
            with environment(variables):
                library().init(address=where.address, **quietly())
            return
        except Exception as error:
            part()
            if not refused(error):
                raise
            if last:
                raise RuntimeStartError(
                    f"{where.words} asks for a token that this process does not have: set RAY_AUTH_TOKEN or "
                    "RAY_AUTH_TOKEN_PATH, and RAY_AUTH_MODE=token"
                ) from error


def _refuse_client(where: Place) -> None:
    # Its connection breaks for good where a reply comes that nobody waits for any more, and so moot cancels calls.
    if (where.address or "").startswith(CLIENT):
        raise RuntimeStartError(
            f"{where.words} would be reached through Ray's client, which cannot cancel a call: run this program on "
            "a machine of the cluster with its address as in head:6379, or hand it over by ray job submit"
        )


def _check_answers(where: Place) -> None:
    """Ray itself would try for twenty seconds, loudly."""
    host, _, port = (where.address or "").rpartition(":")
    if not port.isdecimal():
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_ANSWER_S).close()
    except OSError as error:
        mend = "check the address, or leave it out for a local Ray" if where.foreign else "moot down, then moot up"
        raise RuntimeStartError(f"{where.words} does not answer ({error.strerror or error}): {mend}") from error


def _check(where: Place) -> None:
    """Hold that a cluster fits and is not open to everybody, before any key goes there."""
    ray = library()
    try:
        there = ray.get(ray.remote(facts).options(num_cpus=0).remote(), timeout=_TASK_S)
    except ray.exceptions.RayError as error:
        raise RuntimeStartError(
            f"{where.words} cannot run moot: install moot {__version__} there too ({first_line(error)})"
        ) from error
    compare(there, facts(), where.words)
    check_guarded(where, token=there.token)


def check_guarded(where: Place, *, token: bool) -> None:
    """Let pass a cluster that keys may go to: one that asks for a token, or of which the user says that it is closed.

    One on this machine passes with a warning.

    Raises:
        RuntimeStartError: It takes commands from everybody.
    """
    if token or os.environ.get("MOOT_INSECURE_CLUSTER", "0") not in {"", "0"}:
        return
    if not _on_this_machine(where):
        raise RuntimeStartError(
            f"{where.words} takes commands from everybody, so keys do not go there: start it with "
            "RAY_AUTH_MODE=token, or set MOOT_INSECURE_CLUSTER=1 where its network is closed"
        )
    logger("moot.runs.ray").warning(
        "this Ray takes commands from everybody who reaches it: start it with RAY_AUTH_MODE=token"
    )


def _on_this_machine(where: Place) -> bool:
    if where.address == "auto":
        return True
    host = (where.address or "").removeprefix("ray://").rpartition(":")[0].strip("[]")
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.bind((host, 0))  # only an address of this machine can be bound
    except OSError:
        return False
    return True
