"""moot: many LLMs debate a question."""

from moot import protocols, sim, topologies
from moot.agents.agent import Agent
from moot.agents.human import Human
from moot.agents.llm import LLM, Capabilities
from moot.agents.records import Completion, Message, Request
from moot.errors import MootError
from moot.protocols import Outcome, Question, Turn, decide, stop
from moot.protocols.events import Event
from moot.runs import Budget, Debate, Policy, Result, Run, adebate, debate, open_run
from moot.runs.questions import read_questions as questions
from moot.runs.runtime import shutdown
from moot.version import __version__

__all__ = [
    "LLM",
    "Agent",
    "Budget",
    "Capabilities",
    "Completion",
    "Debate",
    "Event",
    "Human",
    "Message",
    "MootError",
    "Outcome",
    "Policy",
    "Question",
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
]
