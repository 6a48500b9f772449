"""Documents that are neither PDF nor of a new Office format, as text."""
