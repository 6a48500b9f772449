"""Fakes, builders and running services for the tests. Contains no tests."""
