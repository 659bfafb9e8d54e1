"""Tests of measures, comparisons and reports."""
