"""Tells by its words how much a line of a log says about a failure. Pure, and in linear time."""
