"""Diagrams that were read off pictures: their data, its check, its corrections, how it is shown.

Pure.
"""
