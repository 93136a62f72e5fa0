"""moot: many LLMs debate a question.

Names are imported when they are first used, so that a first look, such as `moot --help`, is quick.
"""

from typing import TYPE_CHECKING

from moot.version import __version__

if TYPE_CHECKING:
    from moot import protocols, sim, topologies
    from moot.agents.agent import Agent
    from moot.agents.human import Human
    from moot.agents.limits import Limits
    from moot.agents.llm import LLM, Capabilities
    from moot.agents.records import Completion, Message, Request
    from moot.errors import MootError
    from moot.protocols import Outcome, Question, Turn, decide, stop
    from moot.protocols.events import Event
    from moot.runs import Budget, Debate, Policy, Ray, Result, Run, open_run, shutdown, verify
    from moot.runs.questions import read_questions as questions
    from moot.runs.shortly import adebate, debate
else:
    _HOMES = {
        "moot": "protocols sim topologies",
        "moot.agents.agent": "Agent",
        "moot.agents.human": "Human",
        "moot.agents.limits": "Limits",
        "moot.agents.llm": "LLM Capabilities",
        "moot.agents.records": "Completion Message Request",
        "moot.errors": "MootError",
        "moot.protocols": "Outcome Question Turn decide stop",
        "moot.protocols.events": "Event",
        "moot.runs": "Budget Debate Policy Ray Result Run adebate debate open_run questions shutdown verify",
    }

    def __getattr__(name: str) -> object:
        from importlib import import_module

        for home, names in _HOMES.items():
            if name in names.split():
                found = import_module(f"moot.{name}") if home == "moot" else getattr(import_module(home), name)
                globals()[name] = found
                return found
        raise AttributeError(f"module 'moot' has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


__all__ = [
    "LLM",
    "Agent",
    "Budget",
    "Capabilities",
    "Completion",
    "Debate",
    "Event",
    "Human",
    "Limits",
    "Message",
    "MootError",
    "Outcome",
    "Policy",
    "Question",
    "Ray",
    "Request",
    "Result",
    "Run",
    "Turn",
    "__version__",
    "adebate",
    "debate",
    "decide",
    "open_run",
    "protocols",
    "questions",
    "shutdown",
    "sim",
    "stop",
    "topologies",
    "verify",
]
