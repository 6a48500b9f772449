"""Tasks of a decoder that compute something from files, each with the libraries it needs."""
