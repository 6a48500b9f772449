"""The database engine: one writer, many readers, one process."""
