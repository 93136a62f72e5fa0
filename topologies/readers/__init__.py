"""Readers of graph files: each turns text that may be hostile into a draft of nodes and edges."""
