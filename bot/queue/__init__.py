"""Takes questions from the store and has them answered: claims, attempts, fair shares."""
