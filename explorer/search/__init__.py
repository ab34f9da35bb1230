"""Choosers: every way of deciding who goes next."""
