"""Cases of warning and response, and the lessons report."""
