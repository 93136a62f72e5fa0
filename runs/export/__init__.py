"""Taking debates along: one page that needs no network, Markdown, JSON lines, Parquet, GraphML."""

from moot.runs.export.writing import FORMATS, export, format_of

__all__ = ["FORMATS", "export", "format_of"]
"""What is private to one format is in the module of its name."""
