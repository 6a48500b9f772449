"""Office Open XML: the packages, and what Word, PowerPoint and Excel files share."""
