"""Makes what people install: one frozen program, and the packages of each system around it."""
