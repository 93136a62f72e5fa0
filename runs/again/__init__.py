"""A stored run again: replayed, forked, or decided by other rules, from its record."""
