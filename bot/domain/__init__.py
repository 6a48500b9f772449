"""Values, ports and errors that all rooms share. Pure."""
