"""Where frames come from: one contract, one module per kind of source."""
