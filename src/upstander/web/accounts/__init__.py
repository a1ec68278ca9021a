"""Accounts: signing in, links that work once, invitations, spaces, the access log."""
