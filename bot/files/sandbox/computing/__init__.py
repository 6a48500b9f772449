"""Tasks that compute something of files, by libraries that only some decoders need."""
