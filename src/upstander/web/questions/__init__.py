"""Dated questions: asked of people and models alike, settled by the data, scored, and kept."""
