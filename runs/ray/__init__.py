"""LLMs on Ray: each endpoint one async actor, reached from the conductor in batches.

The only package that imports ray, and only inside the functions that use it.

`start` and `attach` know how a Ray is had and `parting` how it is left, `keeper` holds it for the
process, `standing` is the one that `moot up` leaves. `host` is the actor and `session` what one
conductor has under way in it; `client` is the conductor's end, `runtime` the whole as a place where
LLMs live.
"""

from moot.runs.ray.runtime import RayRuntime
from moot.runs.ray.standing import Standing, down, status, up

__all__ = ["RayRuntime", "Standing", "down", "status", "up"]
