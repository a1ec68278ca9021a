"""Consultation rounds: three questions, who was asked, the answers by link, and the annex."""
