"""Alerts: the queue of signals, drafts and their release, answers, feeds and subscriptions."""
