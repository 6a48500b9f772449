"""The database engine: one process, one connection that writes and one that reads."""
