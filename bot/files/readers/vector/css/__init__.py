"""Resolves what style sheets say about a drawing, so that its renderer has to know none of it."""
