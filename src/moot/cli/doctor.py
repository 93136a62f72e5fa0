"""`moot doctor`: what works here and what does not, with the mend."""

import sys
from typing import Annotated

from cyclopts import Parameter

from moot.cli import options
from moot.cli.checks import Check, credentials, prices_known, ray_works, real_call, store_works, versions
from moot.cli.codes import FAILED
from moot.cli.output import json_line, note, show
from moot.errors import SpecError


def doctor(
    model: Annotated[str | None, Parameter(help="A model to try with one tiny real call.")] = None,
    /,
    *,
    api_base: Annotated[str | None, Parameter(help="Where the model is served, if not by its provider.")] = None,
    yes: Annotated[bool, Parameter(name=("--yes", "-y"), help="Make the call without asking.")] = False,
    local: Annotated[bool, Parameter(help="Leave Ray out.")] = False,
    json: options.Json = False,
) -> int:
    """Say what works here and what does not, with the mend.

    With a model, one tiny real call is made; it is asked first. The exit code is 6 where something
    that is needed does not work.
    """
    checks = [*versions(), prices_known(), *credentials(), store_works(options.STORE)]
    if model is not None:
        _allowed(model, yes)
        checks.append(real_call(model, api_base))
    if not local:
        checks.append(ray_works())
    broken = any(check.state == "broken" for check in checks)
    if json:
        json_line({"checks": [check._asdict() for check in checks], "works": not broken})
    else:
        show("\n".join(_line(check) for check in checks))
    return FAILED if broken else 0


def _allowed(model: str, yes: bool) -> None:
    """Ask before money may be spent.

    Raises:
        SpecError: It was not allowed, or there is nobody to ask.
    """
    if yes or model.startswith("sim/"):
        return
    if not sys.stdin.isatty():
        raise SpecError(f"one tiny real call to {model!r} may cost money: allow it with --yes")
    note(f"one tiny real call to {model} may cost a fraction of a cent. Make it? [y/N]")
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise SpecError("no call was made")


def _line(check: Check) -> str:
    mark = {"works": "ok     ", "absent": "-      ", "broken": "BROKEN "}[check.state]
    return f"{mark}{check.what}: {check.found}" + (f"\n         {check.mend}" if check.mend else "")
