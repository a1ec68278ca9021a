"""Early warning and prevention of atrocity crimes: one system, one machine, offline."""

__version__ = "0.1.0"
