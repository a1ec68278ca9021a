"""Any kind of record: list, page, history, form, erasing, export."""
