"""Answers in, screens out."""
