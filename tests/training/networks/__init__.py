"""Tests of the networks and their parts."""
