"""The evidence library, files brought in, and reports from outside."""
