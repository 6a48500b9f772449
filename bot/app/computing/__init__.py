"""Builds what computes answers, next to what builds the service."""
