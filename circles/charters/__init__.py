"""The charter's text, how versions differ, and what pages show of it."""
