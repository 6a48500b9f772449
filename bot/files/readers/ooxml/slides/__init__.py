"""PowerPoint presentations as Markdown."""
