"""What `make bench` runs: every page of the product against a large invented organisation."""
