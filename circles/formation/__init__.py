"""Forming circles from enrolled people: the problem, its rules, how they are kept and met."""
