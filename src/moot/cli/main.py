"""The commands there are, and the one way in which each ends: with a code that tells the truth."""

import os
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError, Parameter

from moot.cli.codes import FAILED, INTERRUPTED, USAGE, code_of_error
from moot.cli.output import complain, json_line
from moot.errors import MootError, UnknownNameError
from moot.version import __version__

HELP = """\
Many LLMs debate a question.

Exit codes: 0 decided, 2 usage, 3 degraded or undecided, 4 stopped by a hard budget, 5 bad data, 6 failed.
"""
COMMANDS = {
    "ask": ("asking:ask", "Hold one debate over one question; the answer comes last."),
    "run": ("running:run", "Hold the debate of a file over one question or many."),
    "plan": ("planning:plan", "Say what a debate would take: calls, tokens, cost; spends nothing."),
    "resume": ("resuming:resume", "Go on with a stored run: hold what is missing, try again what failed."),
    "replay": ("replaying:replay", "Hold a stored run again from its record alone; the first difference is named."),
    "fork": ("forking:fork", "Go on with a stored debate after one of its rounds, changed from there on."),
    "redecide": ("redeciding:redecide", "Say what a stored run would have come to, and have cost, by other rules."),
    "verify": ("verifying:verify", "Check a store by itself; every violation is one line."),
    "up": ("standing:up", "Start a Ray that stays, so that the next command attaches at once."),
    "down": ("standing:down", "End the Ray that `up` started."),
    "view": ("viewing:view", "Open a store in a local page: who said what to whom, and who changed its mind."),
    "export": ("exporting:export_store", "Take debates along: one page without a network, or tables, or text."),
    "protocols": ("protocols:protocols", "List the protocols, or print the card of one."),
    "topologies": ("topologies:topologies", "List the named graphs, or draw one."),
    "decisions": ("decisions:decisions", "List the ways to decide, or print one of them."),
    "prompts": ("prompts:prompts", "Print the prompts a protocol would send, or a template."),
    "models": ("models:models", "List models and prices, or print the card of one."),
    "doctor": ("doctor:doctor", "Say what works here and what does not, with the mend."),
    "init": ("starting:init", "Write a commented debate file that runs without a key."),
}

app = App(
    name="moot",
    help=HELP,
    help_format="plaintext",
    version=__version__,
    default_parameter=Parameter(negative=()),
    result_action="return_value",
)
for _name, (_function, _help) in COMMANDS.items():
    app.command(f"moot.cli.{_function}", name=_name, help=_help)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(_code(given))


def _code(given: list[str]) -> int:
    try:
        if given and not given[0].startswith("-") and given[0] not in COMMANDS:
            raise UnknownNameError("command", given[0], COMMANDS)
        done = app(given, exit_on_error=False, print_error=False)
        sys.stdout.flush()
        return done if isinstance(done, int) else 0
    except MootError as error:
        return _told(str(error), type(error).__name__, code_of_error(error), given)
    except CycloptsError as error:
        return _told(_sentence(error), "UsageError", USAGE, given)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read us has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("MOOT_TRACEBACK"):
            raise
        from moot.agents.provider.secrets import words_of  # here, since a first look needs no agents

        return _told(
            f"{words_of(error)}; this is a defect, MOOT_TRACEBACK=1 shows where", type(error).__name__, FAILED, given
        )


def _told(sentence: str, kind: str, code: int, given: list[str]) -> int:
    complain(sentence)
    if "--json" in given:
        json_line({"error": sentence, "kind": kind, "exit_code": code})
    return code


def _sentence(error: CycloptsError) -> str:
    words = " ".join(str(error).replace("\n", " ").split()).rstrip(".")
    return f"{words[:1].lower()}{words[1:]}: see moot --help"
