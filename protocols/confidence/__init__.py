"""Confidence: where it comes from when nobody states it, and what stated confidence is worth.

Sources read what was said (`consistency`, `stability`); maps turn a stated confidence into one that
can be weighed (`reconcile_bins`, or a map fitted to confidences whose answers are known).
"""

from moot.protocols.confidence.fitting import Histogram, Temperature, fit_histogram, fit_temperature
from moot.protocols.confidence.maps import MAPS, MapName, mapped, reconcile_bins
from moot.protocols.confidence.sources import consistency, stability

__all__ = [
    "MAPS",
    "Histogram",
    "MapName",
    "Temperature",
    "consistency",
    "fit_histogram",
    "fit_temperature",
    "mapped",
    "reconcile_bins",
    "stability",
]
