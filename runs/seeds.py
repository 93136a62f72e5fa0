"""Every random draw of a debate follows from its seed, question and trial, and from nothing else."""

import hashlib


def stream(seed: int, question_id: str, trial: int = 0) -> str:
    """Names the randomness of one debate; run name, store, runtime and debate id never enter."""
    return _digest(str(seed), question_id, str(trial)).hexdigest()


def call_seed(stream: str, seat: str, turn: int, sample: int, ask: int) -> int:
    """The sampling seed of one call, 63 bits."""
    return int.from_bytes(_digest(stream, seat, str(turn), str(sample), str(ask)).digest()[:8], "big") >> 1


def jitter(key: str, attempt: int) -> float:
    """A number in [0, 1) for the pause before an attempt, the same whenever it is made."""
    return int.from_bytes(_digest(key, str(attempt)).digest()[:4], "big") / 2**32


def _digest(*parts: str) -> "hashlib.blake2b":
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode(errors="surrogatepass")
        digest.update(len(data).to_bytes(4, "big") + data)
    return digest
