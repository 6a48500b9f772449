"""Readers of npm's, yarn's, pnpm's and bun's files, one per format."""
