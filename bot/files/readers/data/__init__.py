"""Files that programs write for programs: as tables and lists that people can read."""
