"""Sessions in the forms of other tools, one module each; `formats.py` lists them."""
