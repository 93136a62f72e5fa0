"""Real models: three lines against anything that speaks the OpenAI chat API.

    OPENAI_API_KEY=… python real_models.py
    OPENAI_API_BASE=http://127.0.0.1:8000/v1 python real_models.py      # a server of your own
    python real_models.py --stub                                        # a local stand-in, no key

Other providers go by their litellm names (anthropic/…, gemini/…, ollama/…), each with its own key.
"""

import os
import sys

import moot
from moot.testing import Stub


def debate() -> None:
    """The three lines."""
    models = ["openai/gpt-5-mini", "openai/gpt-5-nano", "openai/gpt-4.1-mini"]
    result = moot.debate("Which is larger, 9.11 or 9.9?", models, rounds=2, budget=1.0, runtime="local")
    print(result)


def main() -> None:
    """Hold the debate where it can be held."""
    if "--stub" in sys.argv:
        with Stub() as stub:
            os.environ["OPENAI_API_BASE"] = stub.url
            debate()
    elif os.environ.get("OPENAI_API_KEY") or os.environ.get("OPENAI_API_BASE"):
        debate()
    else:
        print("Set OPENAI_API_KEY, or OPENAI_API_BASE for a server of your own, or try --stub.")


if __name__ == "__main__":
    main()
