"""The local page in which debates are seen: what it is told (documents), and who tells it (a server, a file)."""
