"""The floor: what a protocol may do, and how it is done."""
