"""Detects how the letters of a text were written as bytes, and whether bytes are text at all."""

from bot.files.readers.encodings.detect import detect_encoding as detect_encoding
