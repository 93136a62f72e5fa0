"""Where the debates of a command are held, as its options say."""

from moot.errors import SpecError
from moot.runs import Ray


def runtime_given(local: bool, workers: int | None, replicas: int | None) -> str | Ray | None:
    """The runtime; None leaves it to `MOOT_RUNTIME`.

    Raises:
        SpecError: Processes of Ray are wished for without Ray, or a number is out of range.
    """
    if workers is None and replicas is None:
        return "local" if local else None
    if local:
        raise SpecError("--workers and --replicas are processes on Ray: leave them out, or leave --local out")
    return Ray(workers=workers, replicas=1 if replicas is None else replicas)
