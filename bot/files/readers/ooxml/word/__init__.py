"""Word documents as Markdown."""
