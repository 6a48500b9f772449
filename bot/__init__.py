"""Easel: a multimodal assistant for Slack.

To read it in an hour: `answer.py` (the main path), `worker.py` (who runs it), `reply.py` (how an
answer is shown), `../handlers/events.py` (what counts as a question), `app.py` (how it is built).
"""
