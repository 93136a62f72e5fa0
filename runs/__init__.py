"""Carrying it out: debates, runtimes, the journal, caps and results."""

from moot.runs.debate import Debate
from moot.runs.policy import Budget, Policy
from moot.runs.result import Flip, Result
from moot.runs.shortly import adebate, debate

__all__ = ["Budget", "Debate", "Flip", "Policy", "Result", "adebate", "debate"]
