"""What outlasts the playground where `--keep` names a folder: its place, and the chats in it."""
