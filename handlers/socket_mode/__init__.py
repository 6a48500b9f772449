"""Keeps a connection of Socket Mode to Slack, whatever happens to it. Reads no payload.

`keeper.py` holds a connection open, `connection.py` is one WebSocket, `state.py` tells how it is.
"""
