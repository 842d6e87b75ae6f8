"""A programme's rules in words, its questionnaire, and who takes part."""
