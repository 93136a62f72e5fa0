"""What happens when a call goes wrong, and the hard caps of a debate."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from moot.protocols.tally import NANO

Positive = Annotated[float, Field(gt=0, strict=True, allow_inf_nan=False)]


class Policy(BaseModel, frozen=True, extra="forbid"):
    """One policy for every call: retry with backoff, then the fallback model, then an abstention."""

    timeout_s: Positive = 120.0
    """Hard deadline of one attempt."""
    retries: Annotated[int, Field(ge=0)] = 2
    """Further attempts after a transient failure; thrice as many where a provider asks to come later."""
    reasks: Annotated[int, Field(ge=0)] = 1
    """Further asks after a reply in which no answer can be read."""
    round_deadline_s: Positive | None = None
    """Seconds after which a wave goes on without those still silent."""
    in_doubt: Literal["resend", "skip", "ask"] = "resend"
    """What becomes of a call whose process died before its outcome was known. `resend`: it is sent again, and may
    be billed twice. `skip`: it never is, and its turn is lost. `ask`: as `skip` while it happens; when the run is
    begun again, the person at the terminal is asked once, before anything is sent, and without one that is refused."""


class Budget(BaseModel, frozen=True, extra="forbid"):
    """Hard caps. A wave that does not fit as a whole, at its worst, is not started."""

    usd: Positive | None = None
    tokens: Annotated[int, Field(ge=1)] | None = None
    calls: Annotated[int, Field(ge=1)] | None = None
    """Attempts count, and calls that a cache answers."""
    minutes: Positive | None = None
    """Of one sitting, for a run begun again has new ones; what is under way is not cut off."""

    @property
    def nano_usd(self) -> int | None:
        """The cap on money in 10⁻⁹ US dollars: a whole number, as everything is that it is compared with."""
        return None if self.usd is None else int(Decimal(str(self.usd)) * NANO)
