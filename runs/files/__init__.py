"""Debate files: a debate as YAML or JSON, read under caps, checked, and written back.

`document` and `yaml12` make plain values of a file, `changes` changes some of them, `arguments`
makes of them what a debate is made of, and `writing` goes the other way.
"""

from moot.runs.files.debates import read_debate, respelled, write_debate

__all__ = ["read_debate", "respelled", "write_debate"]
