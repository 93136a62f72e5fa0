"""Debates as pictures and as text that other programs draw: matplotlib, Mermaid, DOT, and cells of a notebook."""
