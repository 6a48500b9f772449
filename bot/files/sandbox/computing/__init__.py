"""What decoders compute of files, by kind of question; each module is loaded by its first task."""
