"""How it goes, months after somebody took a seat: when they are asked, and what is known."""
