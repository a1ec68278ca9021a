"""One country: its public page, its assessment, crimes, intent dossier."""
