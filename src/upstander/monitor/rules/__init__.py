"""What may deserve an alert: ONE FILE PER RULE with ``RULE``, found by its name. A rule drafts; people decide."""
