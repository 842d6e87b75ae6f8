"""The way into a circle, as pages show it: its states, its line, what is asked of people."""
