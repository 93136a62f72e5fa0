"""Which moot this is, and where it was found."""

from pathlib import Path

__version__ = "0.1.0"

SOURCE = Path(__file__).parent.parent
"""The folder that `import moot` found it in."""
