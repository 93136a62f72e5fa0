"""Who speaks: agents, LLMs and their kinds, and the actor that hosts an LLM."""
