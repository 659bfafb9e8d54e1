"""People compared: who showed what how often, and whether groups differ."""
