"""Carrying it out: debates, runtimes, the journal, caps and results."""

from moot.runs.debate import Debate
from moot.runs.policy import Budget, Policy
from moot.runs.questions import read_questions as questions
from moot.runs.ray.settings import Ray
from moot.runs.result import Flip, Result
from moot.runs.run import Run, open_run
from moot.runs.runtime import shutdown
from moot.runs.shortly import adebate, debate
from moot.runs.verifying import verify

__all__ = [
    "Budget",
    "Debate",
    "Flip",
    "Policy",
    "Ray",
    "Result",
    "Run",
    "adebate",
    "debate",
    "open_run",
    "questions",
    "shutdown",
    "verify",
]
