"""Builds what people steer conversations with."""
