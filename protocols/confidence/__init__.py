"""Confidence: where it comes from, and what it is worth.

Sources give it: what a debater states, how often its answer comes back in samples of one prompt or over the rounds,
or how likely the tokens of its answer were. Maps turn it into one that can be weighed (`reconcile_bins`, or a map
fitted to confidences whose answers are known). Both are parameters wherever confidence is used:
`weighted?by=confidence&source=logprob&map=temperature:1.7`.
"""

from moot.protocols.confidence.fitting import Histogram, Temperature, fit_histogram, fit_temperature
from moot.protocols.confidence.maps import MAPS, Map, MapName, mapped, reconcile_bins
from moot.protocols.confidence.sources import SAMPLES, Source, confidence_of, consistency, likelihood, stability

__all__ = [
    "MAPS",
    "SAMPLES",
    "Histogram",
    "Map",
    "MapName",
    "Source",
    "Temperature",
    "confidence_of",
    "consistency",
    "fit_histogram",
    "fit_temperature",
    "likelihood",
    "mapped",
    "reconcile_bins",
    "stability",
]
