"""What litellm logs: nothing unless asked, and then without keys.

At its debug level it logs whole replies, and a provider may repeat in one the key it was sent.
"""

import logging
import os

from moot.agents.provider.secrets import scrubbed

LOGGERS = ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy")


class Unkeyed(logging.Filter):
    """Strikes keys out of what is about to be logged, a traceback included."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, its text made final."""
        record.msg, record.args = scrubbed(record.getMessage()), ()
        if record.exc_info:
            told = logging.Formatter().formatException(record.exc_info)
            record.exc_text, record.exc_info = scrubbed(told), None
        return True


def hush() -> None:
    """Keep litellm's loggers silent where the user asks for none of them, and keys out of them in any case."""
    for name in LOGGERS:
        one = logging.getLogger(name)
        if "LITELLM_LOG" not in os.environ:
            one.setLevel(logging.CRITICAL)
        if not any(isinstance(known, Unkeyed) for known in one.filters):
            one.addFilter(Unkeyed())
