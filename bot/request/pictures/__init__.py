"""Sizes and operations of pictures in people's words and flags. Pure."""
