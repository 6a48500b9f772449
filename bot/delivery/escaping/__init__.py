"""What `bot.delivery.escaper` knows of Slack's grammar: control sequences, links and code."""
