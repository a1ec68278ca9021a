"""Words of messages: gettext's catalogues, one a language and a package."""
