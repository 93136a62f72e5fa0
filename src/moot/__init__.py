"""moot: many LLMs debate a question."""

__version__ = "0.1.0"
