"""Tasks of a decoder that compute. Loaded when they are needed: most decoders only read files."""
