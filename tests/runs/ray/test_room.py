"""LLM actors land where they are asked to; where they never can, or cannot in time, that is said."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import moot
from moot import Debate, Ray
from moot.errors import RuntimeStartError, SpecError

pytestmark = [pytest.mark.xdist_group("ray"), pytest.mark.timeout(280)]

PROGRAM = Path(__file__).with_name("room_driver.py")
ON_LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": "0" * 64}


def test_on_a_cluster_they_land_on_the_machine_that_has_what_they_ask_for_and_wait_for_room_but_not_for_ever() -> None:
    program = [sys.executable, "-P", str(PROGRAM)]
    environment = os.environ | ON_LOOPBACK | {"PYTHONPATH": os.pathsep.join([str(PROGRAM.parent), *sys.path])}
    ended = subprocess.run(program, env=environment, stdout=subprocess.PIPE, text=True, timeout=240, check=True)
    (address, west), in_west, on_gpus, taken, beyond = map(json.loads, ended.stdout.splitlines())
    assert [machine for machine, _ in in_west] == [west]
    assert sorted(on_gpus) == [[west, "0"], [west, "1"]]
    refused = f"the Ray at {address} has no room for a process of 'telling', each of which asks for"
    assert taken == f"{refused} 1 GPU: none became free within 2 s"
    assert beyond == f"{refused} 3 GPU and 1 west: the most that one machine has is 2 GPU and 1 west"


def test_on_a_ray_of_our_own_what_no_machine_has_is_refused_at_once() -> None:
    debate = Debate(["sim/debater"], protocol="vote", seed=1)
    refused = r"a local Ray has no room .* asks for 1 east: the most that one machine has is 0 east"
    with pytest.raises(RuntimeStartError, match=refused):
        debate.run("What is 2 + 2?", runtime=Ray(resources={"east": 1}))
    assert debate.run("What is 2 + 2?", runtime=Ray(placement="SPREAD")).status == "decided"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"placement": "SPRAED"}, "placement='SPRAED': give SPREAD or DEFAULT, or an object of Ray's"),
        ({"num_gpus": 1.5}, r"num_gpus=1\.5: give a part of one GPU, or a whole number of them"),
        ({"num_gpus": {"sim/debater": 2.5}}, r"num_gpus=2\.5"),
        ({"resources": {"GPU": 1}}, "resources of 'GPU': say num_gpus="),
        ({"resources": {"east": -1}}, "resources of 'east'=-1: give a number, at least 0"),
    ],
)
def test_what_ray_would_not_take_is_refused_where_it_is_said(given: dict[str, object], words: str) -> None:
    with pytest.raises(SpecError, match=words):
        Ray(**given)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  (the point)


def test_what_only_ray_knows_to_be_wrong_is_refused_before_a_process_is_made() -> None:
    with pytest.raises(SpecError, match=r"Ray does not take what a process of 'sim/debater.*' asks for"):
        moot.Debate(["sim/debater"], protocol="vote", seed=1).run("What is 2 + 2?", runtime=Ray(placement=7))
