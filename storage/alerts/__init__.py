"""Remember what the person who runs Easel has to hear of."""
