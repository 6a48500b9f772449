"""From the bytes of a stream to payloads: server-sent events, base64 pictures, tolerant reading."""
