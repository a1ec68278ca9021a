"""Watching developments and alerting those who must answer: rules draft, people decide and release, channels deliver.

Channels turn a released alert into bytes (``channels/``, one file each); rules find what may deserve an alert
(``rules/``, one file each); calendars of dated triggers come in and go out (``calendars``).
"""
