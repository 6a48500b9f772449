"""Bytes of a stream: server-sent events, base64 pictures taken out, payloads read."""
