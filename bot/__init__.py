"""Easel: a multimodal assistant for Slack.

To read it in an hour: `answering/answerer.py` (the main path), `queue/worker.py` (who runs it),
`delivery/reply.py` (how an answer is shown), `../handlers/messages.py` (what counts as a question),
`app/service.py` (how it is built).
"""
