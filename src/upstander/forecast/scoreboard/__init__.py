"""The scoreboard: every task x model x baseline, each difference with its honest interval.

``tasks/`` holds one file a task, found by file name; models are found by file name too, so a new one
stands in every table with no edit. Hindcasts, real origins and the ledger are never in one table.
"""
