"""A debate before its first call: what it would take, and repeat."""
