"""Posting to a circle’s Slack or Teams channel: what may be said there, and how it goes."""
