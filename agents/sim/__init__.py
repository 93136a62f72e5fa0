"""Simulated LLMs: calibrated debaters and exact agents that read only the prompt, like a real model."""

from moot.agents.sim.bank import BankItem, bank
from moot.agents.sim.debater import PRESETS
from moot.agents.sim.exact import RULES
from moot.agents.sim.llm import Simulated
from moot.agents.sim.names import SimName, endpoint_model, parse_sim
from moot.agents.sim.world import truth

__all__ = ["PRESETS", "RULES", "BankItem", "SimName", "Simulated", "bank", "endpoint_model", "parse_sim", "truth"]
