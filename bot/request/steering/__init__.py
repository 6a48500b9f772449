"""What people say to steer a conversation, rather than to ask something in it. Pure."""
