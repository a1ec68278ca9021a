"""Today: what needs the reader, what changed, where to prevent, the plan, and whether we were right."""
