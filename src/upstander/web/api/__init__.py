"""The API: what programs read under ``/v1``, each operation declared once and described by its own document."""
