"""Where pictures come from, how they are split, and what is computed of them."""
