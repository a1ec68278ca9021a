"""Recommendations of UN bodies and acts of treaties: imported, searched, followed."""
